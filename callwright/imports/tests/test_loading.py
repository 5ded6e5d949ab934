"""What the writing of many calls at once keeps to: one call, its states, its account, and nobody made to wait."""

import threading
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from callwright.accounts.models import Account
from callwright.calls.erased_numbers import digest_key, digest_of
from callwright.calls.models import Call, ErasedNumber, FollowUpPending
from callwright.calls.operations.apply_events import apply_events
from callwright.calls.operations.ensure_partitions import ensure_partitions
from callwright.calls.operations.load_calls import load_calls
from callwright.calls.operations.loadable import Loadable, months_of
from callwright.calls.testing import Other, until_waiting
from callwright.imports.operations.prepare import prepare
from callwright.imports.queries.grounds import ground_of
from callwright.imports.reading.reader import Reader
from callwright.imports.tests.conftest import TRACES, Run, calls
from callwright.imports.tests.test_merging import live
from callwright.telephony.models import Pbx
from callwright.telephony.queries.pbxs import pbxs_by_slug

pytestmark = pytest.mark.django_db
MISSED = TRACES / "queue_timed_out.cdr.csv"


def read(pbx: Pbx, path: Path) -> list[Loadable]:
    reader = Reader(prepare(path), ground_of(pbx.pk))
    found = [call for batch in reader.batches(path) for call in batch.calls]
    return [Loadable(call.facts, call.view, call.keys, call.extension, call.row, call.legs) for call in found]


def test_rows_of_a_call_that_came_in_two_groups_add_up(pbx: Pbx, bakery: Account, tmp_path: Path) -> None:
    lines = MISSED.read_text().splitlines(keepends=True)
    parts = []
    for name, some in (("a.csv", lines[:4]), ("b.csv", lines[4:])):
        (tmp_path / name).write_text("".join(some))
        parts += read(pbx, tmp_path / name)
    ensure_partitions(months_of(parts))
    loaded = load_calls(
        parts, pbx=pbxs_by_slug(["main"])["main"], kind="cdr", account_id=None, now=timezone.now(), numbers={}
    )
    assert (len(loaded.added), len(loaded.merged), loaded.unchanged) == (1, 1, 0)
    (call,) = calls()
    assert (call["status"], call["wait_s"], len(call["legs"])) == ("missed", 20, 6)


def test_a_missed_call_is_open_when_it_is_written(imported: Run, bakery: Account) -> None:
    imported(MISSED)
    assert Call.objects.get().follow_up == "not_called_back"
    assert list(FollowUpPending.objects.values_list("number", "in_bulk")) == [("+79161234567", True)]


def test_a_missed_call_of_somebody_who_was_erased_is_nobodys_work(imported: Run, bakery: Account) -> None:
    ErasedNumber.objects.create(
        account=bakery, digest=digest_of(digest_key(), bakery.pk, "+79161234567"), erased_at=timezone.now()
    )
    imported(MISSED)
    call = Call.objects.get()
    assert (call.anonymous, call.client_number, call.follow_up) == (True, "", "")
    assert not FollowUpPending.objects.exists()


def test_a_file_for_one_account_leaves_the_calls_of_others_alone(imported: Run, house: Account) -> None:
    lines = (TRACES / "queue_timed_out.cdr.csv").read_text().splitlines(keepends=True)
    imported("".join(lines[:4]), name="a.csv")
    before = calls()
    done = imported("".join(lines), name="b.csv", account=Account.objects.create(name="Shop"))
    assert (done.added, done.merged, done.unchanged) == (0, 0, 1)
    assert calls() == before


def test_calls_are_not_written_into_a_month_that_is_not_there(pbx: Pbx, house: Account, tmp_path: Path) -> None:
    file = tmp_path / "old.csv"
    file.write_text(MISSED.read_text().replace("2026-11-21", "2019-03-21"))
    some, facts = read(pbx, file), pbxs_by_slug(["main"])["main"]
    with pytest.raises(IntegrityError), transaction.atomic():
        load_calls(some, pbx=facts, kind="cdr", account_id=None, now=timezone.now())


def test_months_are_made_before_the_transaction_of_a_batch(imported: Run, house: Account) -> None:
    text = MISSED.read_text().replace("2026-11-21", "2019-03-21")
    with CaptureQueriesContext(connection) as sent:
        assert imported(text).added == 1
    words = [query["sql"] for query in sent]
    made = max(n for n, sql in enumerate(words) if "ATTACH PARTITION" in sql)
    begun = min(n for n, sql in enumerate(words) if "hashtext('imports')" in sql)
    assert made < begun
    assert not any("calls partitions" in sql for sql in words[begun:])


@pytest.mark.django_db(transaction=True)
def test_the_link_that_repairs_and_a_file_make_one_call_of_an_old_one(imported: Run, house: Account) -> None:
    """CALL-11: the link tells yesterday's call from CEL, and has not committed it when the file with its CDR comes."""
    told, go_on = threading.Event(), threading.Event()

    def repair() -> None:
        with transaction.atomic():
            apply_events(live("queue_agent_hangs_up"), now=timezone.now())
            told.set()
            go_on.wait(30)

    def let_go() -> None:
        until_waiting(1)
        go_on.set()

    link = Other(repair)
    assert told.wait(30)
    release = Other(let_go)
    done = imported(TRACES / "queue_agent_hangs_up.cdr.csv")
    assert (link.end(), release.end()) == (None, None)
    assert (done.added, done.unchanged) == (0, 1)
    assert Call.objects.filter(direction="inbound").count() == 1
