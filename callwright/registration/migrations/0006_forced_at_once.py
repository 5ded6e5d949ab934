from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("registration", "0005_topic_names")]
    operations = []
