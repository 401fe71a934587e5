"""Addresses of the hub. English has no prefix; other languages will."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from django.views.decorators.http import require_safe
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.contrib.sitemaps.views import sitemap
from wagtail.documents import urls as wagtaildocs_urls

from home import feeds, views
from home.sitemaps import PublicPagesSitemap
from practice_library import views as practice_views
from search import views as search_views

handler400 = "home.errors.bad_request"
handler403 = "home.errors.permission_denied"
handler404 = "home.errors.page_not_found"
handler500 = "home.errors.server_error"

urlpatterns = [
    path("health/", views.health, name="health"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", require_safe(sitemap), {"sitemaps": {"pages": PublicPagesSitemap}}, name="sitemap"),
    # One login door: Wagtail's own are overridden before its addresses are included
    path("cms/login/", views.login_door, name="cms_login"),
    path("cms/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("media/<path:path>", views.image_file, name="media"),
]

urlpatterns += i18n_patterns(
    path("_util/login/", views.login_door, name="private_page_login"),
    path("accounts/", include("home.accounts.urls")),
    path("feed/", feeds.NewsFeed(), name="feed"),
    path("blog/feed/", feeds.BlogFeed(), name="blog_feed"),
    path("search/", search_views.search, name="search"),
    path("search/suggest/", search_views.suggest, name="search_suggest"),
    path("search/opened/", search_views.opened, name="search_opened"),
    path("topics/<slug:slug>/", practice_views.topic, name="topic"),
    path("organisations/<slug:slug>/", practice_views.organisation, name="organisation"),
    path("services/<slug:slug>/", practice_views.service, name="service"),
    path("", include("training.urls")),
    path("", include(wagtail_urls)),
    prefix_default_language=False,
)
