"""Rules for too long calls and their reviews; views of the register shared with some, ordered by each user."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

OUTCOMES = """
INSERT INTO calls_toolongoutcome (code, name, position, retired) VALUES
    ('justified', '', 1, false), ('talkative', '', 2, false), ('private', '', 3, false),
    ('forgotten', '', 4, false), ('wrong', '', 5, false);
"""
PLACES = """
INSERT INTO calls_viewplace (user_id, search_id, position, opens)
SELECT user_id, id, position, false FROM calls_savedsearch;
"""
# Keys of account data begin with the account; a call is flagged once.
KEYS = """
ALTER TABLE calls_toolongreview DROP CONSTRAINT calls_toolongreview_pkey, ADD PRIMARY KEY (account_id, id),
    ADD CONSTRAINT calls_toolongreview_once UNIQUE (account_id, call_id);
ALTER TABLE calls_toolongreviewpast DROP CONSTRAINT calls_toolongreviewpast_pkey, ADD PRIMARY KEY (account_id, id);
ALTER TABLE calls_toolongdue DROP CONSTRAINT calls_toolongdue_pkey, ADD PRIMARY KEY (account_id, id);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_retired_lines"),
        ("calls", "0006_follow_up"),
        ("telephony", "0004_connect_again"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TooLongOutcome",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(blank=True, max_length=20)),
                ("name", models.CharField(blank=True, max_length=80, verbose_name="name")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("retired", models.BooleanField(default=False, verbose_name="no longer offered")),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.AddField(
            model_name="savedsearch",
            name="shared_roles",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="savedsearch",
            name="shared_with",
            field=models.ManyToManyField(related_name="+", to=settings.AUTH_USER_MODEL),
        ),
        migrations.CreateModel(
            name="TooLongDue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                    ),
                ),
                (
                    "call",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="calls.call",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="TooLongRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(blank=True, max_length=80, verbose_name="name")),
                ("prefix", models.CharField(blank=True, max_length=16, verbose_name="number begins with")),
                (
                    "direction",
                    models.CharField(
                        blank=True,
                        choices=[("inbound", "Inbound"), ("outbound", "Outbound"), ("internal", "Internal")],
                        max_length=10,
                        verbose_name="direction",
                    ),
                ),
                ("limit_s", models.PositiveIntegerField(verbose_name="limit")),
                ("active", models.BooleanField(default=True, verbose_name="in force")),
                ("retired_at", models.DateTimeField(null=True)),
                ("changed_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.account"
                    ),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "queue",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="telephony.queue"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TooLongReview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("conditions", models.JSONField(default=dict)),
                ("limit_s", models.PositiveIntegerField()),
                ("passed_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(null=True)),
                ("comment", models.TextField(blank=True)),
                ("reviewed_at", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(default=0)),
                ("corrected_s", models.PositiveIntegerField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                    ),
                ),
                (
                    "call",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="calls.call",
                    ),
                ),
                (
                    "outcome",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="calls.toolongoutcome",
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="calls.toolongrule",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ViewPlace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("opens", models.BooleanField(default=False)),
                (
                    "search",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="calls.savedsearch"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TooLongReviewPast",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("comment", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "call",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="calls.call",
                    ),
                ),
                (
                    "outcome",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="calls.toolongoutcome"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["account", "call"], name="calls_toolongpast_call")],
            },
        ),
        migrations.AddConstraint(
            model_name="toolongrule",
            constraint=models.UniqueConstraint(
                condition=models.Q(("retired_at", None)),
                fields=("prefix", "queue", "account", "direction"),
                name="calls_toolongrule_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="toolongrule",
            constraint=models.CheckConstraint(condition=models.Q(("limit_s__gte", 10)), name="calls_toolongrule_limit"),
        ),
        migrations.AddIndex(
            model_name="toolongreview",
            index=models.Index(fields=["call"], name="calls_toolongreview_call"),
        ),
        migrations.AddIndex(
            model_name="toolongreview",
            index=models.Index(condition=models.Q(("outcome", None)), fields=["call"], name="calls_toolongreview_open"),
        ),
        migrations.AddIndex(
            model_name="toolongreview",
            index=models.Index(condition=models.Q(("told_at", None)), fields=["id"], name="calls_toolongreview_untold"),
        ),
        migrations.AddConstraint(
            model_name="viewplace",
            constraint=models.UniqueConstraint(fields=("user", "search"), name="calls_viewplace_once"),
        ),
        migrations.AddConstraint(
            model_name="viewplace",
            constraint=models.UniqueConstraint(
                condition=models.Q(("opens", True)), fields=("user",), name="calls_viewplace_opens"
            ),
        ),
        migrations.RunSQL(PLACES, migrations.RunSQL.noop),
        migrations.AlterModelOptions(
            name="savedsearch",
            options={"ordering": ["name"]},
        ),
        migrations.RemoveField(
            model_name="savedsearch",
            name="position",
        ),
        migrations.RunSQL(OUTCOMES, migrations.RunSQL.noop),
        migrations.RunSQL(KEYS, migrations.RunSQL.noop),
    ]
