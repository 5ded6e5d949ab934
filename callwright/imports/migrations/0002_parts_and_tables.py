"""Parts of calls that wait for the next file, watched record tables, and what an undo must know to be exact."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_retired_lines"),
        ("telephony", "0004_connect_again"),
        ("imports", "0001_initial"),
    ]

    operations = [
        migrations.AddField("import", "stamp", models.CharField(blank=True, max_length=80)),
        migrations.AddField("import", "first_queue", models.BigIntegerField(null=True)),
        migrations.AddField("touched", "after", models.JSONField(null=True)),
        migrations.AddField("touched", "last_at", models.DateTimeField(null=True)),
        migrations.CreateModel(
            name="PartLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("account_id", models.BigIntegerField(default=0)),
                ("shape", models.CharField(max_length=20)),
                ("digest", models.CharField(max_length=32)),
                ("line", models.BigIntegerField()),
                ("record", models.JSONField()),
                ("raw", models.TextField()),
                ("reason", models.CharField(blank=True, max_length=40)),
                ("created_at", models.DateTimeField()),
                (
                    "of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="imports.import"
                    ),
                ),
                (
                    "pbx",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="telephony.pbx",
                    ),
                ),
                (
                    "used_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="imports.import"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("pbx", "shape", "account_id", "digest"), name="imports_part_line_once"
                    )
                ],
                "indexes": [models.Index(fields=["created_at"], name="imports_part_line_age")],
            },
        ),
        migrations.CreateModel(
            name="WatchedTable",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "shape",
                    models.CharField(
                        choices=[("cdr", "CDR (call records)"), ("cel", "CEL (channel events)")],
                        default="cdr",
                        max_length=10,
                        verbose_name="table",
                    ),
                ),
                ("every_minutes", models.PositiveSmallIntegerField(default=5, verbose_name="every (minutes)")),
                (
                    "late_minutes",
                    models.PositiveSmallIntegerField(default=15, verbose_name="rows may come late by (minutes)"),
                ),
                ("first_day", models.DateField(verbose_name="calls from this day on")),
                ("enabled", models.BooleanField(default=True, verbose_name="watched")),
                ("position", models.JSONField(default=dict)),
                ("problem", models.CharField(blank=True, max_length=40)),
                ("detail", models.CharField(blank=True, max_length=200)),
                ("looked_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.account",
                        verbose_name="account",
                    ),
                ),
                (
                    "pbx",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="telephony.pbx",
                        verbose_name="PBX",
                    ),
                ),
            ],
            options={
                "ordering": ["pbx__name", "shape"],
                "constraints": [models.UniqueConstraint(fields=("pbx", "shape"), name="imports_watched_table_once")],
            },
        ),
        migrations.AddField(
            "import",
            "table",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="imports.watchedtable",
            ),
        ),
    ]
