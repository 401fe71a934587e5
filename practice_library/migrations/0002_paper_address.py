from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("practice_library", "0001_models")]

    operations = [migrations.RenameField("researchsummarypage", "url", "paper_address")]
