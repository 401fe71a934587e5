from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PracticeLibraryConfig(AppConfig):
    name = "practice_library"
    verbose_name = "Framework, practice and research"

    def ready(self) -> None:
        from home.personal_data import WORK, Personal, register
        from practice_library import digest, signals  # noqa: F401  (registers a hook, connects the receivers)
        from practice_library.roles import let_network_team_check

        post_migrate.connect(let_network_team_check, sender=self, dispatch_uid="practice_library.roles")
        register(Personal("practice_library.ClaimVerification", "verified_by", WORK))
