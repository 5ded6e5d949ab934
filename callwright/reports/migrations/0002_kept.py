from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]
    operations = [
        migrations.AddField("run", "is_extra", models.BooleanField(default=False)),
    ]
