from django.db import migrations, models


def confirm_addresses(apps, schema_editor):
    """Everybody so far was given an account by an administrator: nobody is asked for a code."""
    address = apps.get_model("account", "EmailAddress")
    for user in apps.get_model("home", "User").objects.all():
        address.objects.filter(user=user, primary=True).update(primary=False)
        address.objects.update_or_create(
            user=user, email=user.email.lower(), defaults={"verified": True, "primary": True}
        )


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0005_content_version_next_expiry"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="organisation",
            field=models.CharField(blank=True, max_length=150, verbose_name="organisation"),
        ),
        migrations.AddField(
            model_name="user",
            name="role",
            field=models.CharField(blank=True, max_length=150, verbose_name="role"),
        ),
        migrations.AddField(
            model_name="user",
            name="service",
            field=models.CharField(blank=True, max_length=150, verbose_name="service or ward"),
        ),
        migrations.RunPython(confirm_addresses, migrations.RunPython.noop),
    ]
