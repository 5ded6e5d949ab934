"""The marker of a contact refers to one that exists; categories remember how they were shown before."""

import django.db.models.deletion
from django.db import migrations, models

MARKER = """
    UPDATE contacts_contact c SET marker_id = NULL
        WHERE marker_id IS NOT NULL AND NOT EXISTS (SELECT FROM calls_marker m WHERE m.id = c.marker_id);
    ALTER TABLE contacts_contact ADD CONSTRAINT contacts_contact_marker FOREIGN KEY (marker_id)
        REFERENCES calls_marker (id) ON DELETE SET NULL;
    CREATE INDEX contacts_contact_marked ON contacts_contact (marker_id) WHERE marker_id IS NOT NULL;
"""
NO_MARKER = """
    DROP INDEX contacts_contact_marked;
    ALTER TABLE contacts_contact DROP CONSTRAINT contacts_contact_marker;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0005_debts_and_who_changed_orders"),
        ("calls", "0004_retired_markers"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(MARKER, NO_MARKER)],
            state_operations=[
                migrations.RemoveField(model_name="contact", name="marker_id"),
                migrations.AddField(
                    model_name="contact",
                    name="marker",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="calls.marker",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CategoryPast",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("colour", models.CharField(max_length=20)),
                ("icon", models.CharField(max_length=40)),
                ("until", models.DateTimeField()),
                (
                    "category",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="past",
                        to="contacts.category",
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["category", "until"], name="contacts_category_until")]},
        ),
    ]
