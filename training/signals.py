"""Publishing a module keeps its quiz as it then is; who has begun goes on with what they began."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from wagtail.signals import page_published

from training.learning import snapshot
from training.models import Module, ModulePage


@receiver(page_published, sender=ModulePage)
def keep_published_quiz(instance: ModulePage, **kwargs: Any) -> None:
    Module.objects.filter(pk=instance.module_id).update(title=instance.title)
    snapshot(instance)
