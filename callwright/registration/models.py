"""What employees are asked about calls: categories with their topics, and where each is offered (REG-1)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now, Upper
from django.utils.translation import gettext_lazy as _

from callwright.registration.rules import CHANNELS, DIRECTIONS


class Category(models.Model):
    """A question with its topics. Retired instead of deleted: what was registered names its topics. An empty list of
    directions, channels, accounts or queues means all of them.
    """

    name = models.CharField(_("name"), max_length=80)
    several = models.BooleanField(_("several topics at once"), default=False)
    directions = ArrayField(models.CharField(max_length=10), default=list)  # of rules.DIRECTIONS
    channels = ArrayField(models.CharField(max_length=10), default=list)  # of rules.CHANNELS
    for_campaigns = models.BooleanField(_("only in calls of the dialler"), default=False)
    accounts = models.ManyToManyField("accounts.Account", related_name="+")
    queues = models.ManyToManyField("telephony.Queue", related_name="+")
    position = models.PositiveIntegerField(default=0)
    retired_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())  # calls before it were not asked about
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(directions__contained_by=DIRECTIONS), name="registration_directions"),
            models.CheckConstraint(condition=Q(channels__contained_by=CHANNELS), name="registration_channels"),
        ]

    def __str__(self) -> str:
        return self.name


class Topic(models.Model):
    """What can be ticked in a category, or under another topic of it (one level). Renamed, it stays the same topic;
    what was registered keeps the words that were ticked then.
    """

    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="topics")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="subtopics")
    name = models.CharField(_("name"), max_length=80)
    wants_comment = models.BooleanField(_("asks for a comment"), default=False)
    position = models.PositiveIntegerField(default=0)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(parent=F("id")), name="registration_topic_not_its_own"),
            models.UniqueConstraint(
                F("category"), F("parent"), Upper("name"), condition=Q(retired_at=None), nulls_distinct=False,
                name="registration_topic_name_once",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


# Parts of this module, in files of their own.
from callwright.registration.models_asked import (  # noqa: E402
    AskAgain,
    AskedAgent,
    OfferSpell,
    QualityQuarter,
    QualitySpan,
    QualitySum,
)
from callwright.registration.models_quality import (  # noqa: E402
    QualityAddress,
    QualityFinding,
    QualityReach,
    QualityRule,
    QualityRun,
    QualitySettings,
)
from callwright.registration.models_registered import (  # noqa: E402
    DueRegistration,
    MustRegister,
    PanelChoice,
    PanelSettings,
    Registration,
    RegistrationChange,
    TalkQueue,
)
from callwright.registration.models_totals import (  # noqa: E402
    DirtyDay,
    FinalTopics,
    RegisteredSpan,
    RegisteredSum,
    TopicQuarter,
    TopicSpan,
    TopicSum,
)

__all__ = [
    "AskAgain",
    "AskedAgent",
    "Category",
    "DirtyDay",
    "DueRegistration",
    "FinalTopics",
    "MustRegister",
    "OfferSpell",
    "PanelChoice",
    "PanelSettings",
    "QualityAddress",
    "QualityFinding",
    "QualityQuarter",
    "QualityReach",
    "QualityRule",
    "QualityRun",
    "QualitySettings",
    "QualitySpan",
    "QualitySum",
    "RegisteredSpan",
    "RegisteredSum",
    "Registration",
    "RegistrationChange",
    "TalkQueue",
    "Topic",
    "TopicQuarter",
    "TopicSpan",
    "TopicSum",
]
