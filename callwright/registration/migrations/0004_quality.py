"""Data quality: its rules, the evaluations and what they found; since when a category is asked about."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

# Keys of account data begin with the account.
KEYS = """
ALTER TABLE registration_qualityfinding DROP CONSTRAINT registration_qualityfinding_pkey, ADD PRIMARY KEY (account_id, id);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("registration", "0003_totals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='QualityReach',
            fields=[
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='accounts.account')),
                ('until', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='category',
            name='created_at',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.CreateModel(
            name='QualityRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('name', models.CharField(blank=True, max_length=80, verbose_name='name')),
                ('words', models.CharField(blank=True, max_length=300, verbose_name='what the agent is told')),
                ('topics', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('others', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('accounts', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('queues', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('directions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), default=list, size=None)),
                ('fields', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), default=list, size=None)),
                ('shortest_s', models.PositiveIntegerField(null=True)),
                ('longest_s', models.PositiveIntegerField(null=True)),
                ('least', models.PositiveSmallIntegerField(default=1)),
                ('active', models.BooleanField(default=True, verbose_name='in force')),
                ('retired_at', models.DateTimeField(null=True)),
                ('changed_at', models.DateTimeField()),
                ('changed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='QualityRun',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('zone', models.CharField(blank=True, max_length=64)),
                ('night', models.DateField(null=True)),
                ('accounts', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), null=True, size=None)),
                ('asked_at', models.DateTimeField()),
                ('begun_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('percent', models.PositiveSmallIntegerField(default=0)),
                ('looked_at', models.PositiveIntegerField(default=0)),
                ('found', models.PositiveIntegerField(default=0)),
                ('closed', models.PositiveIntegerField(default=0)),
                ('failures', models.PositiveSmallIntegerField(default=0)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='QualityFinding',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('call_id', models.UUIDField()),
                ('registration_id', models.UUIDField()),
                ('queue_id', models.BigIntegerField(null=True)),
                ('direction', models.CharField(max_length=10)),
                ('started_at', models.DateTimeField()),
                ('detail', models.JSONField(default=dict)),
                ('found_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('how', models.CharField(blank=True, choices=[('corrected', 'Corrected'), ('dismissed', 'Dismissed'), ('removed', 'Call removed'), ('rule', 'Rule changed')], max_length=10)),
                ('reason', models.TextField(blank=True)),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.account')),
                ('agent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('rule', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registration.qualityrule')),
                ('run', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='registration.qualityrun')),
            ],
        ),
        migrations.CreateModel(
            name='QualitySettings',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('at_hour', models.PositiveSmallIntegerField(default=3, verbose_name='hour of the night')),
                ('look_back_days', models.PositiveSmallIntegerField(default=31, verbose_name='days to look back')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='registration_qualitysettings_single'), models.CheckConstraint(condition=models.Q(('at_hour__lte', 23)), name='registration_qualitysettings_hour')],
            },
        ),
        migrations.CreateModel(
            name='QualityAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.CharField(max_length=254, verbose_name='e-mail')),
                ('language', models.CharField(blank=True, max_length=10)),
                ('account', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.account')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('account', 'email'), name='registration_qualityaddress_once', nulls_distinct=False)],
            },
        ),
        migrations.AddConstraint(
            model_name='qualityrule',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['contradiction', 'needs', 'comment', 'direction', 'talk_time', 'queue', 'contact', 'duplicate'])), name='registration_qualityrule_kind'),
        ),
        migrations.AddConstraint(
            model_name='qualityrule',
            constraint=models.CheckConstraint(condition=models.Q(('directions__contained_by', ['inbound', 'outbound'])), name='registration_qualityrule_directions'),
        ),
        migrations.AddIndex(
            model_name='qualityrun',
            index=models.Index(condition=models.Q(('ended_at', None)), fields=['id'], name='registration_qualityrun_open'),
        ),
        migrations.AddConstraint(
            model_name='qualityrun',
            constraint=models.UniqueConstraint(condition=models.Q(('night', None), _negated=True), fields=('zone', 'night'), name='registration_qualityrun_once'),
        ),
        migrations.AddIndex(
            model_name='qualityfinding',
            index=models.Index(fields=['account', 'call_id'], name='registration_finding_call'),
        ),
        migrations.AddIndex(
            model_name='qualityfinding',
            index=models.Index(condition=models.Q(('closed_at', None)), fields=['account', 'registration_id'], name='registration_finding_open'),
        ),
        migrations.AddIndex(
            model_name='qualityfinding',
            index=models.Index(fields=['registration_id'], name='registration_finding_order'),
        ),
        migrations.AddIndex(
            model_name='qualityfinding',
            index=models.Index(fields=['run'], name='registration_finding_run'),
        ),
        migrations.AddConstraint(
            model_name='qualityfinding',
            constraint=models.UniqueConstraint(fields=('account', 'registration_id', 'rule'), name='registration_finding_once'),
        ),
        migrations.RunSQL(KEYS, migrations.RunSQL.noop),
    ]
