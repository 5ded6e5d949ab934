"""Times of agents added up."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("staff", "0006_forced_registration")]

    operations = []
