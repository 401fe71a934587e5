from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = "Training"

    def ready(self) -> None:
        from home.visibility import withhold
        from training import signals  # noqa: F401  (connects the receivers)
        from training.roles import give_rights
        from training.sign_off import unsigned_paths

        withhold(unsigned_paths)
        post_migrate.connect(give_rights, sender=self, dispatch_uid="training.roles")
