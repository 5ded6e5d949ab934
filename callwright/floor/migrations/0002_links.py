from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("floor", "0001_wallboards")]
    operations = []
