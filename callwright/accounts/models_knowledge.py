"""What agents look up about an account while they talk."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from callwright.accounts.models import Account


class KnowledgeEntry(models.Model):
    """Retired instead of deleted: what agents said by it can still be read. `found_by` is what a search looks into."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+", db_index=False)
    title = models.CharField(_("title"), max_length=160)
    text = models.TextField(_("text"), blank=True)
    found_by = models.TextField(blank=True)
    pinned = models.BooleanField(_("on the card"), default=False)
    position = models.PositiveIntegerField(default=0)
    retired_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(db_default=Now())
    changed_by = models.ForeignKey("staff.User", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)

    class Meta:
        ordering = ["position", "id"]
        indexes = [models.Index(fields=["account", "position"], name="accounts_knowledge_account")]

    def __str__(self) -> str:
        return self.title


class KnowledgeChange(models.Model):
    """An entry as somebody left it; only added to."""

    class Act(models.TextChoices):
        WRITTEN = "written", _("Written")
        CHANGED = "changed", _("Changed")
        RETIRED = "retired", _("Retired")
        RESTORED = "restored", _("Put back")

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+", db_index=False)
    entry = models.ForeignKey(KnowledgeEntry, on_delete=models.CASCADE, related_name="changes", db_index=False)
    at = models.DateTimeField()
    by = models.ForeignKey("staff.User", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    act = models.CharField(max_length=10, choices=Act.choices)
    title = models.CharField(max_length=160)
    text = models.TextField(blank=True)
    pinned = models.BooleanField(default=False)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["account", "entry", "-id"], name="accounts_knowledge_change")]
