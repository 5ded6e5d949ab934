"""What an agent must register."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("staff", "0005_audit_log_stays")]

    operations = []
