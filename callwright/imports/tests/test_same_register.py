"""However records come in, the register is the same: at once, bit by bit, twice, shuffled; an undo leaves nothing.

Each seed is a day of its own (`days`); CALLWRIGHT_SEEDS says how many are tried.
"""

import os
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from callwright.accounts.models import Account
from callwright.calls.facts import decode_facts
from callwright.calls.models import Call, CallFacts, Leg
from callwright.calls.operations.apply_events import apply_events
from callwright.calls.operations.follow_up_work import work_out_follow_ups
from callwright.calls.operations.rollup_days import add_up_dirty_days
from callwright.calls.retelling import events_of
from callwright.contacts.models import Contact, ContactNumber
from callwright.imports.models import BadLine, Import, PartLine
from callwright.imports.operations.undo_import import begin_undo, run_undo
from callwright.imports.tests.conftest import Run
from callwright.imports.tests.days import day
from callwright.staff.models import User
from callwright.telephony.events import CallEnded
from callwright.telephony.models import Queue

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("read_here")]
SEEDS = range(int(os.environ.get("CALLWRIGHT_SEEDS", "3")))
KINDS = ("cdr", "old", "cel")
_NOT_TOLD = {"id", "source", "updated_at", "contact_id", "queue_id"}
FIELDS = [field.attname for field in Call._meta.concrete_fields if field.attname not in _NOT_TOLD]
LEG = ("pbx_key", "position", "kind", "party", "employee_id", "result", "rung_at", "answered_at", "ended_at", "cause")


@pytest.fixture(autouse=True)
def bureau(bakery: Account) -> None:
    """An account that makes contacts of its callers, beside one that does not."""
    Account.objects.filter(pk=bakery.pk).update(unknown_callers="create")


@contextmanager
def trial() -> Iterator[None]:
    """What is done in it is undone by the database."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def register(*, with_ids: bool = False) -> dict[str, Any]:
    """All that the register says, after the worker has done its part."""
    now = timezone.now()
    work_out_follow_ups(now)
    add_up_dirty_days(now)
    numbers = dict(ContactNumber.objects.values_list("contact_id", "number"))
    queues = dict(Queue.objects.values_list("id", "name"))
    facts = dict(CallFacts.objects.values_list("call_id", "facts"))
    more = ["id", "source"] if with_ids else []
    found = {}
    for row in Call.objects.values("id", "source", "contact_id", "queue_id", *FIELDS):
        legs = [
            tuple(leg[name] for name in (*LEG, *more[:1])) for leg in Leg.objects.filter(call_id=row["id"]).values()
        ]
        said = {name: row[name] for name in (*FIELDS, *more)}
        said |= {"contact": numbers.get(row["contact_id"]), "queue": queues.get(row["queue_id"])}
        said |= {"legs": sorted(legs, key=str), "facts": facts[row["id"]]}
        said["facts"].pop("took_in", None)  # which calls stood apart for a while: that depends on the way
        if not with_ids:
            said.pop("follow_up_call_id")
        found[row["pbx_key"]] = said
    return {"calls": found, "contacts": sorted(numbers.values()), "queues": sorted(queues.values())}


def differences(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """What a failing test says."""
    if one == other:
        return []
    told = [f"{name}: {one[name]} / {other[name]}" for name in ("contacts", "queues") if one[name] != other[name]]
    first, second = one["calls"], other["calls"]
    told += [f"only one has {key}" for key in first.keys() ^ second.keys()]
    for key in first.keys() & second.keys():
        names = [name for name in first[key] if first[key][name] != second[key].get(name)]
        told += [f"{key} {name}: {first[key][name]} / {second[key][name]}" for name in names]
    return told


def all_of(imported: Run, *files: Sequence[str]) -> list[Import]:
    done = [imported("".join(lines), name=f"{n}.csv", zone="UTC") for n, lines in enumerate(files)]
    assert [(one.state, one.bad) for one in done] == [("finished", 0)] * len(files)
    return done


@pytest.fixture(params=[(seed, kind) for seed in SEEDS for kind in KINDS], ids=lambda one: f"{one[1]}-{one[0]}")
def lines(request: pytest.FixtureRequest) -> list[str]:
    return day(*request.param)


@pytest.fixture
def whole(imported: Run, lines: list[str]) -> dict[str, Any]:
    """The register after one import of all of them."""
    with trial():
        all_of(imported, lines)
        found = register()
    assert len(found["calls"]) >= 4
    assert not BadLine.objects.exists()
    return found


def test_shuffled_doubled_and_repeated(imported: Run, lines: list[str], whole: dict[str, Any]) -> None:
    choice = random.Random(len(lines))
    with trial():
        all_of(imported, lines + lines)
        assert differences(register(), whole) == []
    with trial():
        all_of(imported, choice.sample(lines, len(lines)))
        assert differences(register(), whole) == []
    all_of(imported, lines)
    before = register(with_ids=True)
    for again in (lines, lines + lines[:1], choice.sample(lines, len(lines))):
        (done,) = all_of(imported, again)
        assert (done.added, done.merged) == (0, 0)
        assert differences(register(with_ids=True), before) == []


def test_in_two_files_in_three_and_in_files_that_overlap(
    imported: Run, lines: list[str], whole: dict[str, Any]
) -> None:
    choice = random.Random(len(lines))
    for _ in range(3):
        one, other = sorted(choice.sample(range(1, len(lines)), 2))
        cuts = (lines[:one], lines[one:]), (lines[:other], lines[one:]), (lines[:one], lines[one:other], lines[other:])
        for files in cuts:
            with trial():
                all_of(imported, *files)
                assert differences(register(), whole) == [], (one, other, len(files))
                assert not PartLine.objects.filter(used_by=None).exclude(reason="").exists()


def test_line_by_line_is_the_same_as_at_once(imported: Run, lines: list[str], whole: dict[str, Any]) -> None:
    """The slow way, by merging with what is there, and the fast one, by COPY."""
    all_of(imported, *[[line] for line in lines])
    assert differences(register(), whole) == []


def test_calls_that_the_link_lost_become_what_the_file_says(
    imported: Run, lines: list[str], whole: dict[str, Any]
) -> None:
    """Told anew event by event, instead of being copied. CDR tells of them no more than their end."""
    with trial():
        all_of(imported, lines)
        states = [decode_facts(facts) for facts in CallFacts.objects.values_list("facts", flat=True)]
    is_cel = lines[0].count(",") < 20 and '"CHAN_START"' in lines[0]
    late = timezone.now()
    for state in states:
        told = [event for event in events_of(state) if not isinstance(event, CallEnded)][:3]
        lost = CallEnded(pbx="main", at=told[-1].at + timedelta(hours=13), call=state.key, complete=False)
        apply_events([*told, lost], now=late)
    (done,) = all_of(imported, lines)
    assert (done.added, done.merged) == (0, len(states))
    found = register()
    if is_cel:
        assert differences(found, whole) == []
    ends = {key: (call["ended_at"], call["complete"]) for key, call in found["calls"].items()}
    assert ends == {key: (call["ended_at"], call["complete"]) for key, call in whole["calls"].items()}


def test_an_undo_leaves_the_register_as_it_was(imported: Run, lines: list[str]) -> None:
    """Also calls that the link had heard, or lost, and files that overlap."""
    boss = User.objects.create_user("boss", "x", name="Boss", role="administrator", all_accounts=True)
    with trial():
        all_of(imported, lines)
        states = [
            decode_facts(facts) for facts in CallFacts.objects.order_by("call_id").values_list("facts", flat=True)
        ]
    apply_events(events_of(states[0]), now=timezone.now())
    half = [event for event in events_of(states[1]) if not isinstance(event, CallEnded)][:2]
    lost = CallEnded(pbx="main", at=half[-1].at + timedelta(hours=13), call=states[1].key, complete=False)
    apply_events([*half, lost], now=timezone.now())
    states_before = [register(with_ids=True)]
    cut = len(lines) // 2
    done = []
    for part in (lines[: cut + 3], lines[cut:]):
        done += all_of(imported, part)
        states_before.append(register(with_ids=True))
    for row, before in zip(reversed(done), reversed(states_before[:-1]), strict=True):
        begin_undo(import_id=row.pk, by=boss.pk, now=timezone.now())
        undone = run_undo(row.pk)
        assert (undone.state, undone.kept) == ("undone", 0)
        assert differences(register(with_ids=True), before) == []
    assert Contact.objects.count() == len(states_before[0]["contacts"])
    assert not PartLine.objects.exists()
