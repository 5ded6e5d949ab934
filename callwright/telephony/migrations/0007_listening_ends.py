from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("telephony", "0006_listening")]
    operations = []
