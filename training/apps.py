from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

SIGNED = _(
    "Clinical sign-offs: whoever relies on a module may ask for them. Your role and the day stay, your name does not."
)


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = "Training"

    def ready(self) -> None:
        from home.personal_data import Personal, register
        from home.visibility import withhold
        from training import signals  # noqa: F401  (connects the receivers)
        from training.roles import give_rights
        from training.visibility import kept_back

        withhold(kept_back)
        post_migrate.connect(give_rights, sender=self, dispatch_uid="training.roles")
        register(
            Personal("training.Certificate", "attempt__enrolment__user"),
            Personal("training.AttemptEvent", "attempt__enrolment__user"),
            Personal("training.Answer", "attempt__enrolment__user"),
            Personal("training.Attempt", "enrolment__user"),
            Personal("training.LessonDone", "enrolment__user"),
            Personal("training.Enrolment", "user"),
            Personal("training.SignOff", "signed_by", SIGNED),
        )
