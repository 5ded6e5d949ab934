from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("calls", "0017_note_lists")]
    operations = []
