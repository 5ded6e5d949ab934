"""Which of two saves is the newer one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registration", "0001_initial")]

    operations = [
        migrations.AddField(model_name="registration", name="revision", field=models.BigIntegerField(default=0)),
    ]
