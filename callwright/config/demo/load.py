"""Loads the whole demonstration into an empty installation."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from random import Random

from django.db import connection, transaction

from callwright.accounts.models import Account
from callwright.calls.operations.after_load import after_load
from callwright.config.demo.base import load_base, set_policies
from callwright.config.demo.calls import load_calls
from callwright.config.demo.contacts import load_contacts
from callwright.config.demo.customs import load_customs, use_customs
from callwright.config.demo.history import History
from callwright.config.demo.house import Kind, organisation
from callwright.config.demo.notes import load_notes
from callwright.config.demo.numbers import Numbers
from callwright.config.demo.panel import load_forced
from callwright.config.demo.pbx import SLUG
from callwright.config.demo.people import load_people
from callwright.config.demo.quality import load_quality
from callwright.config.demo.recordings import add_recordings
from callwright.config.demo.registration import load_topics
from callwright.config.demo.reports import load_reports
from callwright.config.demo.wallboards import load_wallboards
from callwright.staff.models import User

DAYS = 60
_SEED = 20


@dataclass(frozen=True)
class Loaded:
    accounts: int
    contacts: int
    calls: int


def is_empty() -> bool:
    """Whether nobody has begun to use this installation."""
    return not User.objects.exists() and not Account.objects.exists()


@transaction.atomic
def load_demo(*, kind: Kind, pbx: str, now: datetime, days: int = DAYS) -> Loaded:
    """Load accounts, people, contacts and `days` of calls up to `now`; all of it or, when it fails, nothing."""
    random = Random(_SEED)  # noqa: S311 - invented data, no secret
    numbers = Numbers(random)
    base = load_base(organisation(kind), pbx=pbx, now=now, since=now - timedelta(days=days))
    load_customs(base, now=now)
    load_topics(base, now=now)
    load_forced(base, now=now)
    load_wallboards(base, now=now)
    known = load_contacts(base, random, numbers, today=now.date())
    history = History(base.plan, known, numbers, random, SLUG)
    told = chain(history.calls(days=days, now=now), history.unreturned(now=now))
    calls = load_calls(told, pbx=SLUG, now=now)
    set_policies(base)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE demo_calls ON COMMIT DROP AS SELECT account_id, id FROM calls_call")
    after_load("demo_calls", now=now)
    use_customs(base, random, now=now)
    add_recordings(now, random)
    load_reports(base, random, now=now)
    load_quality(base, random, now=now, days=days)
    load_people(base, random, numbers, now=now)
    load_notes(base, random, now=now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return Loaded(accounts=len(base.accounts), contacts=len(known), calls=calls)
