"""How long wrap-up lasts for calls of an account, and how it can be extended."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_card")]

    operations = [
        migrations.AddField(
            model_name="account",
            name="wrap_up_s",
            field=models.PositiveIntegerField(null=True, verbose_name="wrap-up limit (seconds)"),
        ),
        migrations.AddField(
            model_name="organisation",
            name="wrap_up_times",
            field=models.PositiveSmallIntegerField(default=3, verbose_name="how often wrap-up can be extended"),
        ),
        migrations.AddField(
            model_name="organisation",
            name="wrap_up_more_s",
            field=models.PositiveSmallIntegerField(default=30, verbose_name="by how many seconds each time"),
        ),
    ]
