"""In which time zone the days of calls are kept. Part of `models`."""

from django.db import models


class DayZone(models.Model):
    """The zone in which the days (`local_day`) of an account's calls are kept. When the account gets another one they
    are moved a part at a time, and from `moving_to` being set until it is empty again they may be of either.
    """

    account = models.OneToOneField("accounts.Account", primary_key=True, on_delete=models.CASCADE, related_name="+")
    zone = models.CharField(max_length=64, blank=True)  # empty: nobody has looked yet
    moving_to = models.CharField(max_length=64, blank=True)
    noticed_at = models.DateTimeField()  # when it was seen that the account has another zone
    went_at = models.DateTimeField(null=True)  # when the present pass over the calls began
    after = models.UUIDField(null=True)  # the call that the pass has come to
