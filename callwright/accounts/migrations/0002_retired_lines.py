from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AddField(model_name="line", name="retired", field=models.BooleanField(default=False)),
        migrations.AlterField(
            model_name="line", name="number", field=models.CharField(max_length=32, verbose_name="number")
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.UniqueConstraint(
                condition=models.Q(("retired", False)), fields=("number",), name="accounts_line_number_once"
            ),
        ),
    ]
