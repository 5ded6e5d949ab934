"""How long calls are kept, and what of them goes then (CALL-16)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from callwright.accounts.models import Organisation
from callwright.calls.models import Call, CallFacts, CallNote, LeavingMonth, Leg, Retention
from callwright.calls.operations import retention_months
from callwright.calls.operations.ensure_partitions import ensure_partitions
from callwright.calls.operations.retention_run import run_retention
from callwright.calls.operations.retention_settings import (
    NeedsConfirmation,
    PeriodRefused,
    forget_own_retention,
    save_retention,
)
from callwright.calls.operations.rollup_again import look_who_called_again
from callwright.calls.operations.rollup_hours import count_quarters
from callwright.calls.ports import connect_removal
from callwright.calls.queries.hours import again_figures, call_figures
from callwright.calls.queries.rollup_quarters import quarter_differences
from callwright.kit.identity import uuid7_of
from callwright.staff.models import AuditEntry

NOW = datetime(2026, 11, 18, 2, 37, tzinfo=UTC)  # a Wednesday
OLD = datetime(2025, 3, 10, 9, 0, tzinfo=UTC)


def keep(months: int | None, manner: str = "remove", account: Any = None) -> None:
    Retention.objects.update_or_create(
        account=account, defaults={"months": months, "manner": manner, "changed_at": NOW}
    )


def with_all(call: Any) -> Any:
    """The call with a leg, facts and a note."""
    mine = {"account_id": call.account_id, "call_id": call.id}
    Leg.objects.create(
        id=uuid7_of(call.started_at, "leg", str(call.id)), pbx_key="a", position=0, kind="number",
        party="+31612345678", rung_at=call.started_at, **mine,
    )  # fmt: skip
    CallFacts.objects.create(facts={"pbx": "main", "key": "x", "from_number": "+31612345678"}, **mine)
    CallNote.objects.create(text="Mr Vos asks for an offer", created_at=NOW, updated_at=NOW, **mine)
    return call


def partitions() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relname ~ '^calls_(call|leg|callfacts)_2025_03$'")
        return {row[0] for row in cursor.fetchall()}


def totals() -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT account_id, local_day, direction, status, calls, talk_s FROM calls_daytotal ORDER BY 1, 2, 3"
        )
        return list(cursor.fetchall())


@pytest.fixture
def told() -> Any:
    heard: list[tuple[int, Any]] = []
    connect_removal("test", lambda account_id, ids: heard.extend((account_id, id) for id in ids))
    yield heard
    connect_removal("test", lambda account_id, ids: None)


@pytest.mark.django_db(transaction=True)
def test_a_month_that_is_over_for_all_goes_as_a_whole(made: Any, other_account: Any, told: Any) -> None:
    old = [with_all(made(OLD + timedelta(hours=n), pbx_key=f"m-{n}")) for n in range(3)]
    old.append(made(OLD, of=other_account, pbx_key="m-other"))
    young = with_all(made(NOW - timedelta(days=40)))
    live = made(NOW - timedelta(minutes=3), status="talking")
    keep(12)
    ran = run_retention(NOW)
    assert [month.calls for month in ran.months] == [4] and not ran.removed
    assert partitions() == set() and not LeavingMonth.objects.exists()
    assert set(Call.objects.values_list("id", flat=True)) == {young.id, live.id}
    assert CallNote.objects.count() == Leg.objects.count() == 1
    assert {id for _account, id in told} == {call.id for call in old}
    entry = AuditEntry.objects.get(action="retention_ran")
    assert entry.detail == {"months_detached": ["2025-03"], "removed": 4}
    made(OLD, pbx_key="late")  # what comes late has a place again
    assert run_retention(NOW).months and not run_retention(NOW).did_something


@pytest.mark.django_db(transaction=True)
def test_a_month_in_which_one_account_keeps_its_calls_loses_the_others_rows(
    made: Any, account: Any, other_account: Any, told: Any
) -> None:
    gone, stays = with_all(made(OLD)), made(OLD, of=other_account)
    keep(12)
    keep(None, account=other_account)
    assert run_retention(NOW).removed == {account.pk: 1}
    assert list(Call.objects.values_list("id", flat=True)) == [stays.id]
    assert not Leg.objects.exists() and not CallFacts.objects.exists() and not CallNote.objects.exists()
    assert told == [(account.pk, gone.id)] and len(partitions()) == 3
    assert AuditEntry.objects.get(action="retention_ran").detail == {"removed": 1}


@pytest.mark.django_db(transaction=True)
def test_an_anonymous_call_counts_as_before(made: Any, account: Any) -> None:
    from callwright.calls.operations.rollup_days import add_up_dirty_days, rebuild

    call = with_all(
        made(OLD, from_name="J. Vos", comment="angry", to_number="+31201110000", dialled_number="+31201110000",
             pbx_key="csv-0031612345678-1", talk_s=75)
    )  # fmt: skip
    rebuild(OLD.date(), OLD.date())
    before = totals()
    keep(12, "anonymise")
    assert run_retention(NOW).anonymised == {account.pk: 1} and not run_retention(NOW).did_something
    kept = Call.objects.get(pk=call.id)
    assert kept.anonymous and (kept.talk_s, kept.status, kept.local_day) == (75, "answered", call.local_day)
    assert (kept.from_number, kept.from_received, kept.from_name, kept.client_number, kept.comment) == ("",) * 5
    assert kept.dialled_number == "+31201110000" and kept.pbx_key == f"anonymous-{call.id}"
    assert Leg.objects.get().party == "" and not CallFacts.objects.exists() and not CallNote.objects.exists()
    rebuild(OLD.date(), OLD.date())
    add_up_dirty_days(NOW)
    assert totals() == before != []


@pytest.mark.django_db(transaction=True)
def test_who_called_again_stands_when_the_calls_are_anonymous(made: Any, account: Any, make_user: Any) -> None:
    from callwright.calls.operations.rollup_changes import note_days
    from callwright.calls.operations.rollup_days import add_up_dirty_days, make_final, rebuild

    boss = make_user("boss", role="controller", all_accounts=True)
    asked: dict[str, Any] = {"begins_on": OLD.date(), "zone": "UTC", "now": NOW}
    asked["ends_on"] = OLD.date() + timedelta(days=5)
    for days in (0, 1, 3):
        made(OLD + timedelta(days=days), client_number="+31612345678", status="answered")
    made(OLD, client_number="", status="answered")  # withheld
    rebuild(OLD.date(), asked["ends_on"])
    before = again_figures(boss, **asked)
    assert [(row.known, row.repeats, row.decided, row.again) for row in before] == [(3, 2, 3, 2)]
    keep(12, "anonymise")
    assert run_retention(NOW).anonymised == {account.pk: 4}
    note_days({(account.pk, OLD.date() + timedelta(days=day)) for day in (0, 1, 3)}, now=NOW)
    add_up_dirty_days(NOW)
    count_quarters(NOW)
    look_who_called_again(NOW)
    rebuild(OLD.date(), asked["ends_on"])
    assert again_figures(boss, **asked) == before
    assert list(quarter_differences(OLD.date(), asked["ends_on"])) == []
    made(OLD + timedelta(days=2), client_number="", status="answered")  # loaded from elsewhere, of a day without any
    note_days({(account.pk, OLD.date() + timedelta(days=2))}, now=NOW)
    add_up_dirty_days(NOW)
    count_quarters(NOW)
    asked.pop("now")
    assert [row.calls for row in call_figures(boss, **asked)] == [5]
    make_final(until=asked["ends_on"], account_ids=[account.pk])  # what stood first goes on doing so
    rebuild(OLD.date(), asked["ends_on"])
    assert again_figures(boss, **asked, now=NOW) == before


@pytest.mark.django_db(transaction=True)
def test_totals_outlive_the_calls(made: Any, other_account: Any) -> None:
    from callwright.calls.operations.rollup_days import rebuild

    made(OLD, talk_s=75)
    made(OLD, of=other_account)
    keep(12)
    keep(None, account=other_account)
    rebuild(OLD.date(), OLD.date())
    before = totals()
    run_retention(NOW)
    rebuild(OLD.date(), OLD.date())
    assert totals() == before and len(before) == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", range(6))
def test_whoever_is_ended_at_any_step_goes_on_the_next_night(made: Any, monkeypatch: Any, step: int) -> None:
    """The process ends between two statements: the next one begins anew and comes to the same end."""
    with_all(made(OLD))
    keep(12)
    done = 0

    class Ended(Exception):
        pass

    def ended_after(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        nonlocal done
        if "DETACH" in sql or sql.startswith("DROP TABLE"):
            if done == step:
                raise Ended
            done += 1
        return execute(sql, params, many, context)

    with pytest.raises(Ended), connection.execute_wrapper(ended_after):
        run_retention(NOW)
    assert LeavingMonth.objects.count() == 1
    connection.close()  # the locks of a process go with it
    assert [month.calls for month in run_retention(NOW).months] == [1]
    assert partitions() == set() and not LeavingMonth.objects.exists() and not Call.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_detach_that_was_broken_off_is_finished(made: Any, account: Any) -> None:
    """A reader holds the table: the detaching gives up after its first half, and is finished when they are gone."""
    with_all(made(OLD))
    keep(12)
    monkey = retention_months.PATIENCE_S
    reader = connection.copy()
    try:
        retention_months.PATIENCE_S = 1
        reader.set_autocommit(False)
        with reader.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM calls_call")
        assert not run_retention(NOW).months
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_inherits WHERE inhdetachpending")
            assert cursor.fetchone() == (1,)
    finally:
        retention_months.PATIENCE_S = monkey
        reader.rollback()
        reader.set_autocommit(True)
        reader.close()
    assert run_retention(NOW).months and partitions() == set()


@pytest.mark.django_db
def test_a_shorter_period_is_confirmed_with_the_number_of_calls(made: Any, account: Any, administrator: Any) -> None:
    made(OLD)
    made(NOW)
    asked = {"account_id": None, "months": 12, "manner": "remove", "by": administrator.pk, "now": NOW}
    with pytest.raises(NeedsConfirmation) as needed:
        save_retention(**asked)
    assert (needed.value.calls, needed.value.accounts) == (1, 1) and not Retention.objects.exists()
    save_retention(**asked, confirmed=True)
    assert AuditEntry.objects.get(action="retention_changed").detail == {"before": "–", "after": "12 (remove)"}
    save_retention(**{**asked, "months": 24, "account_id": account.pk})
    save_retention(**{**asked, "months": None, "account_id": account.pk})
    with pytest.raises(NeedsConfirmation):
        forget_own_retention(account_id=account.pk, by=administrator.pk, now=NOW)
    forget_own_retention(account_id=account.pk, by=administrator.pk, now=NOW, confirmed=True)
    for months, manner in ((0, "remove"), (601, "remove"), (12, "burn")):
        with pytest.raises(PeriodRefused):
            save_retention(**{**asked, "months": months, "manner": manner})


@pytest.mark.django_db
def test_every_table_that_names_calls_is_emptied_of_them(made: Any, account: Any) -> None:
    """A new table with a `call_id` must say what becomes of its rows (`connect_removal`), or be explained here."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT c.table_name FROM information_schema.columns c JOIN pg_class r ON r.relname = c.table_name"
            " WHERE c.column_name = 'call_id' AND c.table_schema = 'public' AND NOT r.relispartition"
        )
        tables = {row[0] for row in cursor.fetchall()}
    known = {
        "calls_leg", "calls_callfacts", "calls_callnote", "calls_followupact", "calls_toolongreview",
        "calls_toolongreviewpast", "recordings_recording", "recordings_part", "calls_notesending", "calls_notecomment",
        "calls_notereading", "registration_registration", "registration_registrationchange",
        "registration_dueregistration", "registration_qualityfinding", "registration_talkqueue",
        "registration_askedagent",
    }  # fmt: skip
    assert tables - known - EXPLAINED.keys() == set(), "say what becomes of their rows when calls go"


EXPLAINED = {
    "staff_agentstate": "the call that goes on now",
    "desk_dismissal": "cards that were put away: keys alone",
    "imports_touched": "what an import changed, for its undo: it passes over calls that are gone",
    "telephony_listening": "which supervisor heard which agent: keys alone, and they prove it",
    "calls_toolongdue": "calls that go on now",
    "registration_askagain": "a list of work, which takes what is kept of calls that are gone with it",
    "calls_followuppending": "a list of work: what is no longer there is passed over",
}


def test_the_month_of_a_partition_that_was_taken_away_is_made_again(transactional_db: Any, made: Any) -> None:
    with_all(made(OLD))
    keep(12)
    run_retention(NOW)
    ensure_partitions({OLD.date().replace(day=1)})
    assert len(partitions()) == 3


@pytest.mark.django_db
def test_the_screen_asks_before_calls_go_and_shows_what_goes_tonight(
    made: Any, administrator_client: Any, supervisor_client: Any, other_account: Any
) -> None:
    made(OLD)
    assert supervisor_client.get("/calls/retention/").status_code == 403
    Organisation.objects.update_or_create(pk=1, defaults={"kind": "bureau", "name": "Bureau"})
    page = administrator_client.get("/calls/retention/").content.decode()
    assert "Nothing goes tonight" in page
    accounts = page.partition('id="pick-account"')[2].partition("</select>")[0]
    assert '<option value="">Choose an account</option>' in accounts and " selected" not in accounts
    asked = {"all": "1", "months": "6", "manner": "remove"}
    page = administrator_client.post("/calls/retention/", asked)
    assert page.status_code == 409 and "1 call would go tonight" in page.content.decode()
    assert not Retention.objects.exists()
    assert administrator_client.post("/calls/retention/", {**asked, "confirmed": "1"}).status_code == 302
    assert (Retention.objects.get().months, Retention.objects.get().account_id) == (6, None)
    shown = administrator_client.get("/calls/retention/").content.decode()
    assert "Baker &amp; Sons" in shown and "Nothing goes tonight" not in shown
    for wrong in ({"months": "0"}, {"months": "x"}, {"manner": "burn"}, {"all": "", "account": ""}):
        assert administrator_client.post("/calls/retention/", {**asked, **wrong}).status_code == 422
    own = {"account": other_account.pk, "months": "", "manner": "remove"}
    assert administrator_client.post("/calls/retention/", own).status_code == 302
    assert Retention.objects.get(account=other_account).months is None
