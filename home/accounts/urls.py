"""Addresses of accounts: ours first, the rest is allauth's."""

from django.urls import include, path
from django.views.decorators.cache import never_cache

from home.accounts import views

urlpatterns = [
    path("profile/", views.profile, name="account_profile"),
    path("second-factor/", views.second_factor_needed, name="account_second_factor_needed"),
    path("data/", views.data, name="account_data"),
    path("data/my-data.json", views.data_as_json, name="account_data_json"),
    path("erase/", views.erase, name="account_erase"),
    path(
        "confirm-email/",
        never_cache(views.EmailCodeView.as_view()),
        name="account_email_verification_sent",
    ),
    path(
        "password/reset/confirm/",
        never_cache(views.ResetCodeView.as_view()),
        name="account_confirm_password_reset_code",
    ),
    path("oidc/<str:provider_id>/login/", views.organisation_login, name="openid_connect_login"),
    path("", include("allauth.account.urls")),
    path("2fa/", include("allauth.mfa.urls")),
    path("3rdparty/", include("allauth.socialaccount.urls")),
    path("", include("allauth.socialaccount.providers.openid_connect.urls")),
]
