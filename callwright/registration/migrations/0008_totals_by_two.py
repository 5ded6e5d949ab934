from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("registration", "0007_what_was_asked")]
    operations = []
