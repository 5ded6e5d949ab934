"""What an agent must register before the next call, and how often a wrap-up was extended."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("staff", "0005_audit_log_stays")]

    operations = [
        migrations.AddField(model_name="agentstate", name="due", field=models.JSONField(default=list)),
        migrations.AddField(model_name="agentstate", name="extended", field=models.PositiveSmallIntegerField(default=0)),
    ]
