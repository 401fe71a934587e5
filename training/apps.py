from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = "Training"

    def ready(self) -> None:
        from home.personal_data import Personal, register
        from training import signals  # noqa: F401  (connects the receivers)

        register(
            Personal("training.Certificate", "attempt__enrolment__user"),
            Personal("training.AttemptEvent", "attempt__enrolment__user"),
            Personal("training.Answer", "attempt__enrolment__user"),
            Personal("training.Attempt", "enrolment__user"),
            Personal("training.LessonDone", "enrolment__user"),
            Personal("training.Enrolment", "user"),
        )
