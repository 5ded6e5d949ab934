"""Searches of the register kept under a name (views), and where each user wants them. Part of `models`."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedSearch(models.Model):
    """A search of the register, kept under a name (a view), and with whom it is shared."""

    user = models.ForeignKey("staff.User", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=80)
    query = models.TextField()  # the URL's query string
    shared = models.BooleanField(_("shared with everyone"), default=False)
    shared_roles = ArrayField(models.CharField(max_length=20), default=list)  # shared with all of these roles
    shared_with = models.ManyToManyField("staff.User", related_name="+")

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="calls_savedsearch_once")]


class ViewPlace(models.Model):
    """Where a user wants a view, their own or a shared one, and whether the register opens with it."""

    user = models.ForeignKey("staff.User", on_delete=models.CASCADE, related_name="+")
    search = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    opens = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "search"], name="calls_viewplace_once"),
            models.UniqueConstraint(fields=["user"], condition=models.Q(opens=True), name="calls_viewplace_opens"),
        ]
