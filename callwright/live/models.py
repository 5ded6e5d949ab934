"""The log of what changed, from which open pages are told. Rows live for an hour."""

from django.db import models


class LiveEvent(models.Model):
    """One change on a topic. `key` says what changed; pages read it again through their own views."""

    id = models.BigAutoField(primary_key=True)
    topic = models.CharField(max_length=80)
    name = models.CharField(max_length=40)
    key = models.CharField(max_length=80, blank=True)
    account_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="live_event_at")]
