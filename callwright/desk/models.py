"""What an employee has put away from the desk. Everything else on the desk belongs to other capabilities."""

from django.db import models


class Dismissal(models.Model):
    """The employee is done with the card of this call; its card stays away until the call rings there again."""

    user = models.ForeignKey("staff.User", on_delete=models.CASCADE, related_name="+")
    call_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "call_id"], name="desk_dismissal_once")]
        indexes = [models.Index(fields=["at"], name="desk_dismissal_at")]


class OpenDesk(models.Model):
    """When a desk of the employee was last seen open in a browser. Goes once its absence has been dealt with."""

    user = models.OneToOneField("staff.User", primary_key=True, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["seen_at"], name="desk_opendesk_seen")]


class DeskWatch(models.Model):
    """Since when the web servers have looked after open desks without a gap, and when they last did; one row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    since = models.DateTimeField()
    at = models.DateTimeField()
