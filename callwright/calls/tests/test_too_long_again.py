"""Calls over their limit that are told anew, merged or loaded again; who sees which rules and totals (CALL-7)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from callwright.calls.models import Call, TooLongDue, TooLongOutcome, TooLongReview, TooLongRule
from callwright.calls.operations.apply_events import apply_events
from callwright.calls.operations.named_calls import named_calls
from callwright.calls.operations.too_long_changes import note_loaded
from callwright.calls.operations.too_long_flags import Hit, flag, judge_ended_calls
from callwright.calls.queries.too_long_rules import all_rule_names, rule_rows, visible_rules
from callwright.calls.testing import add_call
from callwright.telephony import events as e
from callwright.telephony.models import Queue

pytestmark = pytest.mark.django_db
T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def make_rule(**fields: Any) -> TooLongRule:
    return TooLongRule.objects.create(**{"changed_at": T0, "limit_s": 60, **fields})


def told(pbx: Any, key: str, talk_s: int, **more: Any) -> list[Any]:
    """A whole call that talked so long."""
    base = {"pbx": pbx.slug, "call": key}
    start = {"direction": e.Direction.INBOUND, "from_number": "+31612345678", "to_number": "+31201234567", **more}
    return [
        e.CallStarted(**base, at=T0, **start),
        e.TalkStarted(**base, at=at(10)),
        e.TalkEnded(**base, at=at(10 + talk_s)),
        e.CallEnded(**base, at=at(10 + talk_s)),
    ]


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ({"direction": "outbound"}, {"direction": e.Direction.OUTBOUND}),
        ({"prefix": "+31900"}, {"from_number": "+31900123456"}),
    ],
)
def test_a_call_that_is_another_kind_of_call_after_all_is_judged_again(
    pbx: Any, account: Any, rule: dict[str, Any], change: dict[str, Any]
) -> None:
    make_rule(**rule)
    apply_events(told(pbx, "c", 100), now=at(200))
    judge_ended_calls(now=at(201))
    assert not Call.objects.get().too_long
    apply_events([e.CallCorrected(pbx=pbx.slug, call="c", at=at(202), **change)], now=at(202))
    judge_ended_calls(now=at(203))
    assert Call.objects.get().too_long


def test_a_call_that_turns_out_to_have_waited_in_a_queue_is_judged_again(pbx: Any, account: Any) -> None:
    make_rule(queue=Queue.objects.create(pbx=pbx, name="sales"))
    apply_events(told(pbx, "c", 100), now=at(200))
    judge_ended_calls(now=at(201))
    base = {"pbx": pbx.slug, "call": "c", "queue": "sales"}
    queued = [
        e.QueueJoined(**base, at=at(1)), e.QueueLeft(**base, at=at(10), result=e.QueueResult.CONNECTED),
    ]  # fmt: skip
    apply_events(queued, now=at(202))
    judge_ended_calls(now=at(203))
    assert Call.objects.get().too_long


def test_a_change_that_says_nothing_about_its_length_leaves_no_note(pbx: Any, account: Any) -> None:
    apply_events(told(pbx, "c", 100), now=at(200))
    judge_ended_calls(now=at(201))
    leg = {"pbx": pbx.slug, "call": "c", "leg": "l"}
    apply_events([e.LegRinging(**leg, at=at(2), party="201"), e.LegAnswered(**leg, at=at(10))], now=at(202))
    assert not TooLongDue.objects.exists()


def test_a_flag_that_came_with_a_merged_call_is_judged_by_the_call_that_stays(pbx: Any, account: Any) -> None:
    make_rule()
    apply_events(told(pbx, "stays", 30), now=at(100))
    apply_events(told(pbx, "asked", 300, direction=e.Direction.INTERNAL), now=at(400))
    judge_ended_calls(now=at(401))
    assert Call.objects.get(pbx_key="asked").too_long
    merged = e.CallMerged(pbx=pbx.slug, call="asked", into="stays", at=at(402))
    assert apply_events([merged], now=at(402)).changed == ()
    assert Call.objects.get().too_long  # it has the other's review
    judge_ended_calls(now=at(403))
    assert not Call.objects.get().too_long and not TooLongReview.objects.exists()


def test_a_load_that_makes_a_reviewed_call_longer_again_takes_the_remark_away(account: Any) -> None:
    make_rule()
    call = add_call(account, T0)
    flag([Hit(account.pk, call.id, TooLongRule.objects.get().pk, 60, call.talk_s, None, T0)], now=T0)
    TooLongReview.objects.update(outcome=TooLongOutcome.objects.create(name="Fine"))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE loaded ON COMMIT DROP AS SELECT account_id, id FROM calls_call")
    for talk_s, remark in ((50, 50), (55, 55), (120, None)):
        Call.objects.update(talk_s=talk_s)
        note_loaded(named_calls("loaded"), now=at(600))
        assert TooLongReview.objects.get().corrected_s == remark
        assert Call.objects.get().too_long


def test_who_sees_some_accounts_sees_neither_the_queues_nor_the_reviews_of_others(
    supervisor: Any, administrator: Any, account: Any, other_account: Any, pbx: Any
) -> None:
    theirs = Queue.objects.create(pbx=pbx, name="theirs", label="Their secret line", account=other_account)
    mine = Queue.objects.create(pbx=pbx, name="mine", label="Our line", account=account)
    general = Queue.objects.create(pbx=pbx, name="general", label="All lines")
    of_all, hidden = make_rule(), make_rule(queue=theirs)
    seen = {make_rule(queue=mine), make_rule(queue=general), of_all}
    odd = make_rule(queue=theirs, account=account)
    for of in (account, other_account, other_account):
        call = add_call(of, T0)
        flag([Hit(of.pk, call.id, of_all.pk, 60, call.talk_s, None, T0)], now=T0)
    assert set(visible_rules(supervisor)) == {*seen, odd}
    rows = {row.rule.id: row for row in rule_rows(supervisor)}
    assert rows.keys() == {one.pk for one in (*seen, odd)}
    assert rows[of_all.pk].open_reviews == 1 and rows[odd.pk].queue == "of another account"
    names = all_rule_names(supervisor)
    assert hidden.pk not in {id for id, *_ in names}
    assert "secret" not in repr(rows) + repr(names)
    rows = {row.rule.id: row for row in rule_rows(administrator)}
    assert rows[of_all.pk].open_reviews == 3 and rows[hidden.pk].queue == "Their secret line"


def test_the_totals_keep_what_the_address_asks_for(
    supervisor_client: Any, account: Any, owner: Any, colleague: Any
) -> None:
    now = datetime.now(UTC)
    rule, other = make_rule(name="One"), make_rule(prefix="+316", name="Other")
    for who, by in ((owner, rule), (owner, other), (colleague, rule)):
        call = add_call(account, now - timedelta(minutes=9), employee=who)
        flag([Hit(account.pk, call.id, by.pk, 60, call.talk_s, None, now)], now=now)

    def shown(query: str) -> list[tuple[str, int]]:
        table = supervisor_client.get(f"/calls/too-long/totals/?{query}").context["table"]
        return [(one.employee, one.calls) for one, _counts, _open in table]

    assert shown("") == [(owner.name, 2), (colleague.name, 1)]
    assert shown(f"employee={owner.pk}") == [(owner.name, 2)]
    assert shown(f"rule={other.pk}&state=reviewed&outcome=1") == [(owner.name, 1)]
    assert shown(f"rule={other.pk}&employee={owner.pk}&period=week") == [(owner.name, 1)]
    page = supervisor_client.get(f"/calls/too-long/totals/?rule={other.pk}&period=week").content.decode()
    assert f"?state=all&amp;period=week&amp;rule={other.pk}&amp;employee={owner.pk}" in page
    assert f'name="rule" value="{other.pk}"' in page
