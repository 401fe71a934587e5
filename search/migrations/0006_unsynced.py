from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("search", "0005_facts_for_the_library"),
        migrations.swappable_dependency(settings.WAGTAIL_PAGE_MODEL),
    ]
    operations = [
        migrations.AlterField(
            model_name="searchdocument",
            name="is_dirty",
            field=models.BooleanField(default=True),
        ),
        migrations.AddIndex(
            model_name="searchdocument",
            index=models.Index(
                condition=models.Q(("is_dirty", True)),
                fields=["id"],
                name="search_document_dirty",
            ),
        ),
        migrations.AddIndex(
            model_name="searchdocument",
            index=models.Index(
                condition=models.Q(("version", models.F("synced_version")), _negated=True),
                fields=["id"],
                name="search_document_unsynced",
            ),
        ),
    ]
