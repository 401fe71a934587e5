"""The first vocabulary. Editors own it afterwards: it is never loaded again."""

from pathlib import Path

import yaml
from django.db import migrations

VOCABULARY = Path(__file__).resolve().parent.parent / "vocabulary.yaml"


def also(group):
    if group["kind"] == "ask":
        return [f"{choice['label']} = {choice['search']}" for choice in group["choices"]]
    return group.get("to") or []


def load(apps, schema_editor):
    groups = yaml.safe_load(VOCABULARY.read_text(encoding="utf-8"))["groups"]
    model = apps.get_model("search", "SynonymGroup")
    model.objects.bulk_create(
        model(
            kind=group["kind"],
            terms="\n".join(group["terms"]),
            also="\n".join(also(group)),
            reason=group["reason"][:255],
        )
        for group in groups
    )


class Migration(migrations.Migration):
    dependencies = [("search", "0002_index")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
