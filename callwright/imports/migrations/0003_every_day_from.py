"""The time of day of a watched folder is that of its place, and no day of a round is kept."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("imports", "0002_parts_and_tables")]

    operations = [
        migrations.AlterField(
            model_name="watchedfolder",
            name="daily_at",
            field=models.TimeField(blank=True, null=True, verbose_name="every day from"),
        ),
        migrations.RemoveField(model_name="watchedfolder", name="worked_on"),
    ]
