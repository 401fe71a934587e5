"""PostgreSQL keeps the index's rows whole, so that a search reads words without fetching each row's from a second table.

By default a row of more than 2 kB is compressed and moved away; every match and every rank of a common word then
unpacks thousands of them (p95 of a search among 10,000 documents: 371 ms before, 156 ms after, see benchmarks/README.md).
"""

from django.db import migrations

#: The most that PostgreSQL allows: a row that fills a page.
WHOLE_ROWS = "ALTER TABLE search_index SET (toast_tuple_target = 8160)"
AS_BEFORE = "ALTER TABLE search_index RESET (toast_tuple_target)"
WRITE_AGAIN = (
    "UPDATE search_index SET vector = vector || ''::tsvector, title = title || '', names = names || '', "
    "summary = summary || '', body = body || ''"
)


def keep_whole(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(WHOLE_ROWS)
        schema_editor.execute(WRITE_AGAIN)


def as_before(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(AS_BEFORE)


class Migration(migrations.Migration):
    dependencies = [("search", "0007_index_texts")]
    operations = [migrations.RunPython(keep_whole, as_before)]
