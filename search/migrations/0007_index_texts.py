"""PostgreSQL's index keeps the stemmed words beside the vector, as SQLite's does: pages are put in order by them.

The rows are marked: what is indexed changed, so the worker builds them again.
"""

from django.db import migrations

COLUMNS = ("title", "names", "summary", "body")


def add(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in COLUMNS:
            schema_editor.execute(f"ALTER TABLE search_index ADD COLUMN {name} text NOT NULL DEFAULT ''")
    apps.get_model("search", "SearchDocument").objects.update(is_dirty=True)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in COLUMNS:
            schema_editor.execute(f"ALTER TABLE search_index DROP COLUMN {name}")


class Migration(migrations.Migration):
    dependencies = [("search", "0006_unsynced")]
    operations = [migrations.RunPython(add, drop)]
