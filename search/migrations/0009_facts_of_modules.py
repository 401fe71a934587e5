"""Training modules have more facts now: the worker builds their rows again."""

from django.db import migrations


def mark_modules(apps, schema_editor):
    apps.get_model("search", "SearchDocument").objects.filter(kind="module").update(is_dirty=True)


class Migration(migrations.Migration):
    dependencies = [("search", "0008_rows_kept_whole")]
    operations = [migrations.RunPython(mark_modules, migrations.RunPython.noop)]
