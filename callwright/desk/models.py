"""What an employee has put away from the desk. Everything else on the desk belongs to other capabilities."""

from django.db import models


class Dismissal(models.Model):
    """The employee is done with the card of this call; it stays away, in every tab."""

    user = models.ForeignKey("staff.User", on_delete=models.CASCADE, related_name="+")
    call_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "call_id"], name="desk_dismissal_once")]
        indexes = [models.Index(fields=["at"], name="desk_dismissal_at")]
