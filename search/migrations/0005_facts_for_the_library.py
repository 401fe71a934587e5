"""Case studies have more facts now: the worker builds all rows again."""

from django.db import migrations


def mark_all(apps, schema_editor):
    apps.get_model("search", "SearchDocument").objects.update(is_dirty=True)


class Migration(migrations.Migration):
    dependencies = [("search", "0004_what_people_look_for")]
    operations = [migrations.RunPython(mark_all, migrations.RunPython.noop)]
