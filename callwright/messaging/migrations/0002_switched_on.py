from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messaging", "0001_initial")]

    operations = [
        migrations.AddField("mailserver", "enabled_at", models.DateTimeField(null=True)),
    ]
