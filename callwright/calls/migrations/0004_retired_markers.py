from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("calls", "0003_partition_by_month")]

    operations = [
        migrations.AddField(
            model_name="marker",
            name="retired",
            field=models.BooleanField(default=False, verbose_name="no longer offered"),
        ),
        migrations.AlterField(
            model_name="marker", name="name", field=models.CharField(max_length=60, verbose_name="name")
        ),
        migrations.AddConstraint(
            model_name="marker",
            constraint=models.UniqueConstraint(
                condition=models.Q(("retired", False)), fields=("name",), name="calls_marker_name_once"
            ),
        ),
    ]
