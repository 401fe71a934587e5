from django.apps import AppConfig
from django.db.models.signals import post_migrate


class HomeConfig(AppConfig):
    name = "home"
    verbose_name = "Public site and shared layer"

    def ready(self) -> None:
        from home import signals  # noqa: F401  (connects the receivers)
        from home.roles import sync_roles

        # A migration of a fresh database sees no permissions yet; this runs after all of them.
        post_migrate.connect(sync_roles, sender=self, dispatch_uid="home.sync_roles")
