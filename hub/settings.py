"""Settings of the hub, read from environment variables; see `.env.example` and the table in README.md.

Defaults are the secure ones. `DEMO_MODE=1` (set by `make run` and the tests) is for a machine of one's own:
it needs no secret, answers on loopback only and prints e-mails.
"""

from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
VAR_DIR.mkdir(exist_ok=True)

env = environ.Env()
env.read_env(BASE_DIR / ".env")

DEMO_MODE: bool = env.bool("DEMO_MODE", default=False)
DEBUG: bool = env.bool("DEBUG", default=False)

SECRET_KEY: str = env.str("SECRET_KEY", default="demonstration-only" * 3 if DEMO_MODE else "")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. Put a long random value into the environment or into .env "
        "(python -c 'import secrets; print(secrets.token_urlsafe(50))'), or set DEMO_MODE=1 to try the hub "
        "on a machine of your own."
    )

SITE_URL: str = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"] if DEMO_MODE else [])
CONTACT_EMAIL: str = env.str("CONTACT_EMAIL", default="mindandbody@slam.nhs.uk")

INSTALLED_APPS = [
    "hub",
    "search",
    "training",
    "practice_library",
    "home",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.redirects",
    "wagtail.contrib.sitemaps",
    "wagtail.contrib.settings",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.embeds",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_tasks",
    "django_tasks_db",
    "post_office",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.contrib.postgres",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "home.middleware.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "home.middleware.BadInputMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "home.accounts.second_factor.SecondFactorMiddleware",
    "home.middleware.RequestScopeMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "hub.urls"
WSGI_APPLICATION = "hub.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "home.context_processors.site",
            ],
        },
    },
]

# Databases: SQLite in write-ahead mode unless DATABASE_URL names a PostgreSQL server
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'hub.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-20000;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True  # a restart of PostgreSQL goes unnoticed
DATABASES["default"]["CONN_MAX_AGE"] = 600  # opening a connection costs more than a page's queries
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": env.cache("REDIS_URL", default="locmemcache://hub")
    # One shared cache for rate limits is needed as soon as there are several application servers: set REDIS_URL.
}
if CACHES["default"]["BACKEND"].endswith("LocMemCache"):
    CACHES["default"].setdefault("OPTIONS", {})["MAX_ENTRIES"] = 10_000  # a card each of thousands of examples

# Background work: Wagtail's own small index updates run at once, ours wait in the database for the worker
TASKS = {
    "default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"},
    "worker": {"BACKEND": "django_tasks_db.DatabaseBackend"},
}

# E-mail is written to the database and sent by the worker
EMAIL_BACKEND = "post_office.EmailBackend"
_email = env.email("EMAIL_URL", default="consolemail://")
POST_OFFICE = {
    "BACKENDS": {"default": _email["EMAIL_BACKEND"]},
    "DEFAULT_PRIORITY": "medium",
    "CELERY_ENABLED": False,
    "MAX_RETRIES": 4,
}
EMAIL_HOST = _email.get("EMAIL_HOST") or ""
EMAIL_PORT = _email.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _email.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _email.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = _email.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _email.get("EMAIL_USE_SSL", False)
DEFAULT_FROM_EMAIL: str = env.str("DEFAULT_FROM_EMAIL", default=f"Mind & Body QIN <{CONTACT_EMAIL}>")

# People and doors: allauth is the only one
AUTH_USER_MODEL = "home.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/login/"
WAGTAILADMIN_LOGIN_URL = "cms_login"  # it leads on to LOGIN_URL, or says 403 to somebody who is signed in already
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False  # allauth's pages do this
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
ACCOUNT_ADAPTER = "home.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "home.accounts.names.NameForm"
ACCOUNT_FORMS = {
    "signup": "home.accounts.forms.SignupForm",
    "login": "home.accounts.forms.LoginForm",
    "add_email": "home.accounts.forms.ChangeEmailForm",
    "change_password": "home.accounts.forms.ChangePasswordForm",
    "set_password": "home.accounts.forms.SetPasswordForm",
    "reset_password": "home.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "home.accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "home.accounts.forms.ReauthenticateForm",
    "confirm_email_verification_code": "home.accounts.forms.EmailCodeForm",
    "confirm_password_reset_code": "home.accounts.forms.ResetCodeForm",
}
# E-mail addresses that may sign up, by their ending ("nhs.net,kcl.ac.uk"); empty: any
SIGNUP_DOMAINS: list[str] = [one.strip().lstrip("@").lower() for one in env.list("SIGNUP_DOMAINS", default=[])]
# Six digits to type in: no link that opens on another device. Mail of a hospital may take a while.
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = 3
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = ACCOUNT_PASSWORD_RESET_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = ACCOUNT_LOGIN_TIMEOUT = 30 * 60
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Whole wards share one network address, so limits by address are wide and those by account narrow.
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": "60/m/ip,10/5m/key",
    "signup": "60/m/ip",
    "confirm_email": "1/10s/key,10/h/key",
    "reset_password": "60/m/ip,5/m/key,10/h/key",
    "reset_password_from_key": "60/m/ip",
}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.bool("BEHIND_PROXY", default=False) else 0

# A second factor (an app that shows codes): anybody may have one, whoever may enter the admin must
MFA_REQUIRED_FOR_EDITORS: bool = env.bool("MFA_REQUIRED_FOR_EDITORS", default=not DEMO_MODE)
MFA_ADAPTER = "home.accounts.adapter.SecondFactorAdapter"
MFA_TOTP_ISSUER = "Mind & Body QIN"
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off
MFA_FORMS = {
    "authenticate": "home.accounts.forms.AppCodeForm",
    "reauthenticate": "home.accounts.forms.AppCodeAgainForm",
    "activate_totp": "home.accounts.forms.ActivateAppForm",
}

# Signing in with an organisation's account (OpenID Connect), when a provider is named. Its word about an e-mail address
# never opens an account that exists: that person signs in and connects the two.
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, list[object]]] = {"openid_connect": {"APPS": []}}
if OIDC_SERVER_URL := env.str("OIDC_SERVER_URL", default=""):
    SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"].append(
        {
            "provider_id": "organisation",
            "name": env.str("OIDC_NAME", default="your organisation"),
            "client_id": env.str("OIDC_CLIENT_ID"),
            "secret": env.str("OIDC_CLIENT_SECRET"),
            "settings": {"server_url": OIDC_SERVER_URL, "oauth_pkce_enabled": True},
        }
    )

# Headers and cookies
_https = SITE_URL.startswith("https://")
SECURE_SSL_REDIRECT: bool = env.bool("SECURE_SSL_REDIRECT", default=_https)
SECURE_HSTS_SECONDS: int = env.int("SECURE_HSTS_SECONDS", default=31536000 if _https else 0)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no cookie of its own
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "home.errors.old_form"
CSRF_TRUSTED_ORIGINS = [SITE_URL] if _https else []
X_FRAME_OPTIONS = "SAMEORIGIN"  # the editor shows previews in a frame
# Chromium holds a form's redirect to the provider against this list, too
_form_targets = ["{0.scheme}://{0.netloc}".format(urlsplit(OIDC_SERVER_URL))] if OIDC_SERVER_URL else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF],
        "manifest-src": [SELF],
        # Only asked for after the reader chose to load a video
        "frame-src": [SELF, "https://www.youtube-nocookie.com"],
        "frame-ancestors": [SELF],
        "form-action": [SELF, *_form_targets],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
# Wagtail's page editor has inline scripts and styles; it is behind the login
ADMIN_CONTENT_SECURITY_POLICY = {
    "default-src": [SELF],
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "frame-ancestors": [SELF],
    "object-src": [NONE],
    "base-uri": [NONE],
}

# Languages: English alone is switched on; addresses are ready for more
USE_I18N = True
WAGTAIL_I18N_ENABLED = True
LANGUAGE_CODE = "en-gb"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("en-gb", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/London"
USE_TZ = True
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False

# Files
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [(name, BASE_DIR / "static" / name) for name in ("build", "img", "admin")]
MEDIA_URL = "/media/"
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(VAR_DIR / "media"))()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a long page's form in the editor

# Public search: the database answers unless an Elasticsearch 9 server is named
ELASTICSEARCH_URL: str = env.str("ELASTICSEARCH_URL", default="")
ELASTICSEARCH_INDEX: str = env.str("ELASTICSEARCH_INDEX", default="hub")

# Wagtail
WAGTAIL_SITE_NAME = "Mind & Body QIN hub"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "home.search_backend"}}  # the admin's own search
WAGTAILIMAGES_IMAGE_MODEL = "home.CustomImage"
WAGTAILDOCS_DOCUMENT_MODEL = "home.CustomDocument"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "key", "odt", "pdf", "pptx", "rtf", "txt", "xlsx", "zip"]
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_ALLOW_UNICODE_SLUGS = False
TAGGIT_CASE_INSENSITIVE = True
TAG_SPACES_ALLOWED = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
