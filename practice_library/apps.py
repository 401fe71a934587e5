from django.apps import AppConfig


class PracticeLibraryConfig(AppConfig):
    name = "practice_library"
    verbose_name = "Framework, practice and research"

    def ready(self) -> None:
        from practice_library import signals  # noqa: F401  (connects the receivers)
