"""Missed calls on the screen: who sees them, what people do about them, and two people at once (CALL-6)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from callwright.calls.models import Call, FollowUpAct, FollowUpReason
from callwright.calls.operations.follow_up_changes import Note, note_clients
from callwright.calls.operations.follow_up_work import work_out_follow_ups
from callwright.calls.queries import follow_up_totals

pytestmark = pytest.mark.django_db


def now() -> datetime:
    return datetime.now(UTC)


def worked_out(*calls: Call) -> None:
    note_clients(Note(one.account_id, one.started_at, one.id, one.contact_id, one.client_number) for one in calls)
    work_out_follow_ups(now())


@pytest.fixture
def missed(made: Any) -> Any:
    call = made(now() - timedelta(minutes=30), status="missed", from_name="J. Vos")
    worked_out(call)
    call.refresh_from_db()
    return call


def reason(code: str = "wrong_number") -> int:
    return FollowUpReason.objects.get(code=code).pk


def seen(call: Call) -> str:
    call.refresh_from_db()
    return f"{call.follow_up}:{call.assigned_to_id or ''}"


def post(client: Any, call: Call, what: str, **data: Any) -> Any:
    return client.post(f"/calls/missed/{call.id}/{what}/", {"seen": seen(call), **data}, headers={"HX-Request": "true"})


def page(client: Any, query: str = "") -> str:
    answer = client.get(f"/calls/missed/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


# ── who sees what ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_list_shows_who_waits_to_those_of_the_account(
    owner_client: Any, colleague_client: Any, outsider_client: Any, missed: Any
) -> None:
    for client in (owner_client, colleague_client):
        shown = page(client)
        assert "J. Vos" in shown and f"missed-{missed.id}" in shown and "data-over" in shown
    assert str(missed.id) not in page(outsider_client)
    assert str(missed.id) not in page(outsider_client, f"?account={missed.account_id}")
    assert (
        "missed-" not in outsider_client.get(f"/calls/missed/live/?ids={missed.id}&shown={missed.id}").content.decode()
    )
    for what in ("call", "assign", "close", "counted", "reopen"):
        assert post(outsider_client, missed, what).status_code == 404
    assert not FollowUpAct.objects.exists()


def test_the_list_takes_few_queries(owner_client: Any, made: Any, django_assert_max_num_queries: Any) -> None:
    worked_out(
        *[made(now() - timedelta(minutes=n), status="missed", client_number=f"+316123400{n:02}") for n in range(60)]
    )
    page(owner_client)
    with django_assert_max_num_queries(24):
        shown = page(owner_client)
    assert shown.count('class="missed-row"') == 50 and "missed/rows/" in shown


def test_pages_by_keyset_lose_no_row(owner_client: Any, made: Any) -> None:
    calls = [made(now() - timedelta(minutes=n), status="missed", client_number=f"+316123400{n:02}") for n in range(60)]
    worked_out(*calls)
    for order in ("", "?order=oldest"):
        first = owner_client.get(f"/calls/missed/{order}")
        then = owner_client.get(first.context["next_url"])
        ids = [one["row"].id for one in [*first.context["rows"], *then.context["rows"]]]
        assert set(ids) == {call.id for call in calls} and len(ids) == 60
        assert ids == sorted(ids, reverse=not order)


def test_mine_are_those_assigned_to_me_or_that_rang_at_me(
    owner_client: Any, owner: Any, colleague: Any, made: Any
) -> None:
    theirs, mine = made(now(), status="missed", client_number="+31611"), made(now(), status="missed")
    worked_out(theirs, mine)
    Call.objects.filter(pk=theirs.pk).update(assigned_to=colleague)
    Call.objects.filter(pk=mine.pk).update(assigned_to=owner)
    shown = page(owner_client, "?mine=1")
    assert str(mine.id) in shown and str(theirs.id) not in shown
    assert str(theirs.id) in page(owner_client, f"?employee={colleague.pk}")


def test_withheld_numbers_are_listed_apart_and_can_be_closed(owner_client: Any, made: Any) -> None:
    call = made(now(), status="missed", client_number="")
    worked_out(call)
    assert str(call.id) not in page(owner_client)
    apart = page(owner_client, "?tab=withheld")
    assert str(call.id) in apart and 'data-act="call"' not in apart
    assert post(owner_client, call, "close", reason=reason()).status_code == 200
    assert seen(call).startswith("closed:")


@pytest.mark.parametrize(
    "query",
    ["?tab=x&account=99999999999999999999&queue='&employee=-1&order=%01", "?tab=settled&period=custom&from=2026-02-31",
     "?tab=settled&state=x&state=closed&period=all", "?after=not-an-id"],
)  # fmt: skip
def test_no_address_breaks_the_list(owner_client: Any, missed: Any, query: str) -> None:
    for place in ("", "rows/", "live/", "counts/", "totals/"):
        assert owner_client.get(f"/calls/missed/{place}{query}").status_code == 200


# ── acts ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_calling_back_takes_the_call_and_tells_the_page_to_dial(owner_client: Any, owner: Any, missed: Any) -> None:
    answer = post(owner_client, missed, "call")
    assert '"call-back": {"number": "+31612345678"' in answer.headers["HX-Trigger"]
    missed.refresh_from_db()
    assert missed.assigned_to_id == owner.pk and missed.follow_up == "not_called_back"
    kinds = list(FollowUpAct.objects.order_by("id").values_list("kind", "by_id"))
    assert kinds == [("assigned", owner.pk), ("calling", owner.pk)]


def test_the_second_who_calls_back_is_told_and_nothing_is_dialled_twice(
    owner_client: Any, colleague_client: Any, owner: Any, missed: Any
) -> None:
    before = seen(missed)
    post(owner_client, missed, "call")
    answer = colleague_client.post(f"/calls/missed/{missed.id}/call/", {"seen": before})
    assert f"{owner.name} is on the phone with this caller" in answer.headers["HX-Trigger"]
    assert "call-back" not in answer.headers["HX-Trigger"]
    assert FollowUpAct.objects.filter(kind="calling").count() == 1


def test_nobody_calls_back_while_a_colleague_has_the_caller_on_the_line(
    owner_client: Any, colleague: Any, missed: Any, made: Any
) -> None:
    made(now(), status="talking", employee=colleague)
    assert f"{colleague.name} is on the phone" in post(owner_client, missed, "call").headers["HX-Trigger"]


def test_closing_needs_a_reason_and_can_be_undone(owner_client: Any, owner: Any, missed: Any) -> None:
    assert "choose a reason" in post(owner_client, missed, "close").headers["HX-Trigger"]
    assert "in a few words" in post(owner_client, missed, "close", reason=reason("other")).headers["HX-Trigger"]
    done = post(owner_client, missed, "close", reason=reason(), text=" Dialled  a wrong one ")
    assert "The call is closed." in done.headers["HX-Trigger"] and "Wrong number" in done.content.decode()
    assert seen(missed).startswith("closed:")
    act = FollowUpAct.objects.get()
    assert (act.kind, act.by, act.text) == ("closed", owner, "Dialled a wrong one")
    assert str(missed.id) not in page(owner_client) and str(missed.id) in page(owner_client, "?tab=settled")
    assert post(owner_client, missed, "reopen").status_code == 200
    assert seen(missed).startswith("not_called_back:") and str(missed.id) in page(owner_client)


def test_all_open_calls_of_the_number_are_closed_together(owner_client: Any, made: Any, missed: Any) -> None:
    again, other = made(now(), status="abandoned"), made(now(), status="missed", client_number="+31699")
    worked_out(again, other)
    said = post(owner_client, missed, "close", reason=reason(), others="1").headers["HX-Trigger"]
    assert "2 calls are closed." in said
    assert [seen(one).split(":")[0] for one in (again, missed, other)] == ["closed", "closed", "not_called_back"]


def test_who_decides_on_what_is_no_longer_so_is_told(
    owner_client: Any, colleague_client: Any, owner: Any, missed: Any
) -> None:
    before = seen(missed)
    post(owner_client, missed, "close", reason=reason())
    late = colleague_client.post(f"/calls/missed/{missed.id}/close/", {"seen": before, "reason": reason()})
    assert f"{owner.name} was faster. This call is now: Closed with a reason." in late.headers["HX-Trigger"]
    assert FollowUpAct.objects.count() == 1 and f"missed-{missed.id}" in late.content.decode()


def test_counted_as_called_back_and_the_machines_guess_refused(owner_client: Any, missed: Any, made: Any) -> None:
    post(owner_client, missed, "counted", text="By e-mail")
    assert seen(missed).startswith("called_back")
    post(owner_client, missed, "reopen")
    reached = made(now() - timedelta(minutes=5))
    worked_out(reached)
    assert seen(missed).startswith("caller_reached_us")
    post(owner_client, missed, "reopen", text="The line broke")
    assert seen(missed).startswith("not_called_back")
    worked_out(reached, missed)
    assert seen(missed).startswith("not_called_back")


def test_agents_take_calls_and_supervisors_assign_them(
    owner_client: Any, supervisor_client: Any, owner: Any, colleague: Any, outsider: Any, missed: Any
) -> None:
    assert post(owner_client, missed, "assign", to=colleague.pk).status_code == 403
    post(owner_client, missed, "assign", to=owner.pk)
    assert seen(missed) == f"not_called_back:{owner.pk}"
    post(supervisor_client, missed, "assign", to=colleague.pk)
    assert seen(missed) == f"not_called_back:{colleague.pk}"
    assert post(owner_client, missed, "assign", to="").status_code == 403
    refused = post(supervisor_client, missed, "assign", to=outsider.pk)
    assert "cannot follow up calls of the account" in refused.headers["HX-Trigger"]
    shown = supervisor_client.get(f"/calls/missed/{missed.id}/").content.decode()
    assert "assigned it to" in shown and "took it." in shown


def test_the_page_of_the_call_says_what_was_done(owner_client: Any, missed: Any) -> None:
    shown = owner_client.get(f"/calls/{missed.id}/").content.decode()
    assert 'id="follow-up-part"' in shown
    assert "Counts as called back" in owner_client.get(f"/calls/missed/{missed.id}/part/").content.decode()
    part = post(owner_client, missed, "close", reason=reason(), part="1").content.decode()
    assert "closed it: Wrong number." in part and "Open it again" in part


# ── reasons and totals ────────────────────────────────────────────────────────────────────────────────────────────


def test_supervisors_keep_the_list_of_reasons(supervisor_client: Any, owner_client: Any, missed: Any) -> None:
    assert owner_client.post("/calls/missed/reasons/", {"name": "Fax"}).status_code == 403
    supervisor_client.post("/calls/missed/reasons/", {"name": "Fax"})
    fax = FollowUpReason.objects.get(name="Fax")
    supervisor_client.post("/calls/missed/reasons/", {"id": fax.pk, "name": "A fax machine"})
    assert "A fax machine" in owner_client.get(f"/calls/missed/{missed.id}/").content.decode()
    supervisor_client.post("/calls/missed/reasons/order/", {"reason": [fax.pk, reason()]})
    assert FollowUpReason.objects.order_by("position", "-id").first() == fax
    supervisor_client.post(f"/calls/missed/reasons/{fax.pk}/retire/")
    assert "A fax machine" not in owner_client.get(f"/calls/missed/{missed.id}/").content.decode()
    assert "Nothing was closed" in post(owner_client, missed, "close", reason=fax.pk).headers["HX-Trigger"]
    assert "A fax machine" in supervisor_client.get("/calls/missed/reasons/").content.decode()
    assert (
        "Write the reason"
        in supervisor_client.post("/calls/missed/reasons/", {"name": " "}, follow=True).content.decode()
    )


def test_totals_add_up_to_the_calls(supervisor_client: Any, made: Any, pbx: Any) -> None:
    from callwright.telephony.models import Queue

    sales = Queue.objects.create(pbx=pbx, name="sales", label="Sales")
    states = ["called_back", "called_back", "called_back_late", "caller_reached_us", "closed", "not_called_back"]
    for n, state in enumerate(states):
        made(
            now() - timedelta(minutes=n), status="missed", follow_up=state, queue=sales if n % 2 else None,
            follow_up_due_at=now() - timedelta(minutes=1),
        )  # fmt: skip
    made(now(), status="missed", client_number="", follow_up="not_called_back")
    made(now(), status="answered")
    for by, rows in (("day", 1), ("queue", 2), ("employee", 1)):
        totals = supervisor_client.get(f"/calls/missed/totals/?by={by}&period=all").context["totals"]
        *parts, whole = totals
        assert whole["is_total"] and len(parts) >= rows
        figures = ("missed", "in_time", "late", "reached", "closed", "waiting", "overdue", "withheld")
        assert [whole[figure] for figure in figures] == [7, 2, 1, 1, 1, 1, 1, 1]
        assert whole["share_in_time"] == 60
        for figure in ("missed", "in_time", "late", "reached", "closed", "waiting", "withheld"):
            assert sum(part[figure] for part in parts) == whole[figure]
    assert "Sales" in supervisor_client.get("/calls/missed/totals/?by=queue&period=all").content.decode()


def test_the_row_of_all_calls_stays_when_there_are_too_many_others(
    supervisor_client: Any, made: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow_up_totals, "MOST_ROWS", 2)
    for days in range(4):
        made(now() - timedelta(days=days), status="missed", follow_up="closed")
    answer = supervisor_client.get("/calls/missed/totals/?period=all")
    assert [one["is_total"] for one in answer.context["totals"]] == [False, False, True]
    assert answer.context["totals"][-1]["missed"] == 4
    assert "There are more rows than are shown here" in answer.content.decode()
    assert "There are more rows" not in supervisor_client.get("/calls/missed/totals/?period=yesterday").content.decode()


def test_the_register_says_what_became_of_a_missed_call(owner_client: Any, made: Any, missed: Any) -> None:
    from callwright.calls.models import ColumnChoice

    other = made(now(), status="answered")
    shown = owner_client.get("/calls/").content.decode()
    assert "&lt;" not in shown.split("data-rows>")[1].split("</tbody>")[0] and str(other.id) in shown
    post(owner_client, missed, "close", reason=reason())
    assert 'title="Closed with a reason"' in owner_client.get("/calls/").content.decode()
    ColumnChoice.objects.create(user_id=int(owner_client.session["_auth_user_id"]), columns=["time", "follow_up"])
    assert "Closed with a reason</span>" in owner_client.get("/calls/").content.decode()
    assert str(missed.id) in owner_client.get("/calls/?follow_up=closed").content.decode()
    assert str(missed.id) not in owner_client.get("/calls/?follow_up=not_called_back").content.decode()
