"""`callwright totals`, and what `callwright check` finds of the totals, in processes of their own (REP-8)."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from callwright.calls.models import Call, DayTotal, DirtyDay
from callwright.calls.operations.rollup_changes import note_days
from callwright.calls.operations.rollup_days import rebuild
from callwright.calls.testing import add_call

pytestmark = pytest.mark.django_db(transaction=True)
OLD = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


@pytest.fixture
def said(tmp_path: Path) -> Any:
    """`said("totals", "--rebuild")`: the exit code, what was written, and what was written of errors."""

    def run(*words: str) -> tuple[int, str, str]:
        command = [sys.executable, "-m", "callwright.config.command", *words]
        done = subprocess.run(
            command, env={**os.environ, "CALLWRIGHT_HOME": str(tmp_path)}, capture_output=True, text=True, timeout=60
        )
        return done.returncode, done.stdout, done.stderr

    return run


def test_without_calls_there_is_nothing_to_compare(said: Any, db: None) -> None:
    assert said("totals")[:2] == (0, "There are no calls yet.\n")


def test_totals_that_are_wrong_are_named_and_added_up_anew(said: Any, account: Any) -> None:
    call = add_call(account, OLD, talk_s=50)
    add_call(account, OLD + timedelta(days=40), talk_s=7)
    code, _out, errors = said("totals")  # nothing was told of them, so nothing was added up
    assert code == 1 and "2 totals are not those of the calls. Run 'callwright totals --rebuild'." in errors
    assert said("totals", "--rebuild")[:2] == (0, "The totals from 2026-03 to 2026-04 were added up anew.\n")
    assert said("totals")[:2] == (0, "The totals from 2026-03 to 2026-04 are those of the calls.\n")
    Call.objects.filter(pk=call.pk).update(talk_s=60)
    code, out, errors = said("totals")
    assert (code, out) == (
        1,
        f"2026-03-10 account {account.pk}: 1 calls, 50 s of talk in the totals, 1 calls, 60 s in the register\n",
    )
    assert "1 totals are not those" in errors


def test_a_comparison_adds_up_first_what_waits(said: Any, account: Any) -> None:
    call = add_call(account, OLD)
    note_days({(account.pk, call.local_day)}, now=OLD)
    assert said("totals")[0] == 0
    assert DayTotal.objects.get().calls == 1 and not DirtyDay.objects.exists()


def test_only_the_months_asked_for(said: Any, account: Any) -> None:
    march, may = add_call(account, OLD), add_call(account, OLD + timedelta(days=60))
    code, out, _errors = said("totals", "--rebuild", "--from", "2026-05-20", "--to", "2026-05-20")
    assert (code, out) == (0, "The totals from 2026-05 to 2026-05 were added up anew.\n")
    assert list(DayTotal.objects.values_list("local_day", flat=True)) == [may.local_day]
    assert said("totals", "--from", "2026-04-01", "--to", "2026-05-31")[0] == 0
    assert said("totals", "--to", "2026-03-01")[0] == 1
    assert said("totals", "--from", "10-03-2026")[0] == 2  # no day
    assert march.local_day.isoformat() == "2026-03-10"


def finding(said: Any) -> dict[str, Any]:
    """What the self-check says of the totals, if anything."""
    _code, out, _errors = said("check", "--json")
    return next((one for one in json.loads(out) if one["code"].startswith("totals")), {})


def test_the_self_check_says_whether_totals_are_right_late_or_wrong(said: Any, account: Any) -> None:
    now = timezone.now()
    call = add_call(account, now - timedelta(days=3), talk_s=50)
    rebuild(call.local_day.replace(day=1), call.local_day)
    assert (finding(said)["code"], finding(said)["level"]) == ("totals", "ok")
    note_days({(account.pk, call.local_day)}, now=now)
    assert finding(said) == {}  # being added up at this moment
    DirtyDay.objects.update(at=now - timedelta(minutes=10))
    late = finding(said)
    assert (late["code"], late["level"], late["detail"]) == ("totals_late", "warning", "1")
    DirtyDay.objects.all().delete()
    Call.objects.filter(pk=call.pk).update(talk_s=60)
    wrong = finding(said)
    assert (wrong["code"], wrong["level"], wrong["detail"]) == ("totals_wrong", "problem", "1")
    assert "callwright totals --rebuild" in wrong["what_to_do"]
