"""Wagtail ships a "Moderators" group and an approval workflow; the hub has its own (see `home.roles`)."""

from django.db import migrations


def remove(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name="Moderators").delete()
    apps.get_model("wagtailcore", "Workflow").objects.filter(name="Moderators approval").delete()
    apps.get_model("wagtailcore", "GroupPagePermission").objects.filter(group__name="Editors").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0002_models"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("wagtailimages", "0002_initial_data"),
        ("wagtailcore", "0098_apitoken"),
    ]
    operations = [migrations.RunPython(remove, migrations.RunPython.noop)]
