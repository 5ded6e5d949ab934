"""That a rule silenced a recording is asked of the rules: what was noted of it was read by nobody."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("recordings", "0003_left_out")]

    operations = [migrations.RemoveField(model_name="recording", name="ruled")]
