from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("registration", "0006_forced_at_once")]
    operations = []
