import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

CLOSED = """
    UPDATE contacts_orderstage SET counts_as_debt = is_open;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0004_search_by_account"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="orderstage",
            name="counts_as_debt",
            field=models.BooleanField(default=True, verbose_name="what is unpaid counts as debt"),
        ),
        migrations.RunSQL(CLOSED, migrations.RunSQL.noop),
        migrations.AddField(
            model_name="order",
            name="updated_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
