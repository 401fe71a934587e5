"""The table of the embedded engine: FTS5 on SQLite, weighted tsvectors on PostgreSQL."""

from django.db import migrations

SQLITE = "CREATE VIRTUAL TABLE search_index USING fts5(title, names, summary, body, words, tokenize = \"unicode61 remove_diacritics 0 tokenchars '.'\")"
POSTGRESQL = """
CREATE TABLE search_index (document_id bigint PRIMARY KEY, vector tsvector NOT NULL, words tsvector NOT NULL);
CREATE INDEX search_index_vector ON search_index USING gin (vector);
CREATE INDEX search_index_words ON search_index USING gin (words);
"""


def create(apps, schema_editor):
    schema_editor.execute(POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE search_index")


class Migration(migrations.Migration):
    dependencies = [("search", "0001_models")]
    operations = [migrations.RunPython(create, drop)]
