"""Categories, topics and registrations for the tests of every capability, made without a desk."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from callwright.kit.identity import uuid7_now, uuid7_of

LONG_AGO = timedelta(days=3_000)


def add_topics(*names: str, category: str = "Reason", several: bool = True, **fields: Any) -> list[Any]:
    """Topics of a new category that has been offered for long, everywhere unless `fields` say otherwise."""
    from callwright.registration.models import Category, Topic
    from callwright.registration.operations.keep_offer import keep_offer

    accounts, queues = fields.pop("accounts", ()), fields.pop("queues", ())
    made = Category.objects.create(
        name=category, several=several, created_at=timezone.now() - LONG_AGO, changed_at=timezone.now(), **fields
    )
    made.accounts.set(accounts)
    made.queues.set(queues)
    topics = [Topic.objects.create(category=made, name=name, position=at) for at, name in enumerate(names)]
    keep_offer(now=made.created_at)
    return topics


def add_registration(call: Any, by: Any, *topics: Any, comment: str = "", at: datetime | None = None) -> Any:
    """What `by` registered of the call when it ended, or `at`; written with its change, past all checks."""
    from callwright.registration.models import Registration, RegistrationChange

    moment = at or call.ended_at or call.started_at
    words = [[one.category.name, one.parent.name if one.parent else "", one.name] for one in topics]
    known = {"topics": [one.pk for one in topics], "words": words, "comment": comment}
    made = Registration.objects.create(
        id=uuid7_of(call.started_at, str(call.id), str(by.pk)), account=call.account, call_id=call.id, by=by,
        queue=call.queue, direction=call.direction, started_at=call.started_at, local_day=call.local_day,
        created_at=moment, updated_at=moment, **known,
    )  # fmt: skip
    RegistrationChange.objects.create(
        id=uuid7_now(moment), account=call.account, call_id=call.id, registration_id=made.id, by=by, at=moment, **known
    )
    return made


def write_down_asked() -> None:
    """Has it written down, as the worker does when calls end, who was asked about the calls that there are."""
    from callwright.registration.operations.add_up_quality import add_up_quality
    from callwright.registration.operations.ask_again import ask_again_between

    now = timezone.now()
    ask_again_between(now - LONG_AGO, now + LONG_AGO)
    add_up_quality(now)
