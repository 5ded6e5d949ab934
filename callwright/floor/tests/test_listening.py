"""Who listens in may do so, is known to do so, and can be stopped (REP-6)."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from callwright.desk.operations.apply_pbx_events import apply_pbx_events
from callwright.floor.boards import floor_now
from callwright.floor.models import Told
from callwright.floor.operations.listening import look_after_listening, stop_listening
from callwright.floor.operations.tidy import tidy
from callwright.staff.models import AccountRight, AuditEntry, Extension, User
from callwright.telephony.events import ListeningBegan, ListeningEnded
from callwright.telephony.models import Command, Listening, Pbx
from callwright.telephony.operations.listen import AlreadyListening, listen
from callwright.telephony.operations.save_pbx import save_pbx
from callwright.telephony.operations.send_command import expire_commands, finish_command

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(boss: Any, owner: Any, talk: Callable[..., Any], browser_of: Any) -> Callable[..., Listening]:
    """A supervisor wants to hear the agent's call; `begun`: and picked the phone up."""

    def ask(*, begun: bool = True, mode: str = "listen") -> Listening:
        talk(owner)
        browser_of(boss).post(f"/floor/agents/{owner.pk}/hear/{mode}/")
        row = Listening.objects.get()
        if begun:
            finish_command(row.pk, done=True, now=timezone.now())
        return Listening.objects.get()

    return ask


def stops() -> list[dict[str, str]]:
    return list(Command.objects.filter(verb="stop_listening").values_list("arguments", flat=True))


def told(*events: Any) -> None:
    apply_pbx_events(events, timezone.now())


def began(row: Listening, **more: Any) -> ListeningBegan:
    return ListeningBegan(pbx="main", listening=str(row.pk), **{"at": timezone.now(), **more})


@pytest.mark.parametrize(
    "loses", [{"role": "agent"}, {"is_active": False}, {"all_accounts": False, "accounts": ()}], ids=str
)
def test_who_may_not_listen_any_more_is_hung_up(
    asked: Callable[..., Listening], boss: Any, loses: dict[str, Any]
) -> None:
    row = asked()
    assert look_after_listening(timezone.now()) == 0
    if "accounts" in loses:
        AccountRight.objects.filter(user=boss).delete()
    else:
        User.objects.filter(pk=boss.pk).update(**loses)
    look_after_listening(timezone.now())
    assert stops() == [{"listening": str(row.pk)}]
    assert look_after_listening(timezone.now()) == 0  # it is under way


def test_who_logs_out_listens_no_more(asked: Callable[..., Listening], boss: Any, browser_of: Any) -> None:
    row = asked()
    browser_of(boss).post("/logout/")
    assert stops() == [{"listening": str(row.pk)}]


def test_it_is_stopped_where_it_goes_on_and_not_where_the_supervisor_sits_now(
    asked: Callable[..., Listening], boss: Any, owner: Any, browser_of: Any, pbx: Any
) -> None:
    asked()
    Extension.objects.filter(employee=boss).update(employee=None)
    browser_of(boss).post(f"/floor/agents/{owner.pk}/stop/")
    assert Command.objects.get(verb="stop_listening").pbx_id == pbx.pk


def test_a_phone_that_still_rings_is_stopped_too(
    asked: Callable[..., Listening], boss: Any, owner: Any, browser_of: Any
) -> None:
    row = asked(begun=False)
    answer = browser_of(boss).post(f"/floor/agents/{owner.pk}/stop/")
    assert "is being hung up" in answer.text and stops() == [{"listening": str(row.pk)}]
    finish_command(
        Command.objects.get(verb="stop_listening").pk, done=False, refusal="no_such_call", now=timezone.now()
    )
    told(began(row))  # it was picked up before it could be hung up
    assert len(stops()) == 2


def test_a_stop_that_was_not_done_is_ordered_again(asked: Callable[..., Listening], boss: Any, owner: Any) -> None:
    row = asked()
    order = stop_listening(viewer=boss, now=timezone.now())
    assert order is not None
    finish_command(order, done=False, refusal="silent", now=timezone.now())
    look_after_listening(timezone.now() + timedelta(seconds=10))
    assert len(stops()) == 2
    told(ListeningEnded(pbx="main", at=timezone.now(), listening=str(row.pk)))
    assert look_after_listening(timezone.now() + timedelta(seconds=20)) == 0


def test_a_stop_that_is_refused_is_ordered_less_and_less_often(asked: Callable[..., Listening], boss: Any) -> None:
    asked()
    now = timezone.now()
    stop_listening(viewer=boss, now=now)
    for second in range(0, 1500, 3):
        Command.objects.filter(verb="stop_listening").update(state="refused")
        look_after_listening(now + timedelta(seconds=second))
    given = list(Command.objects.filter(verb="stop_listening").order_by("pk").values_list("created_at", flat=True))
    waits = [(after - before).total_seconds() for before, after in pairwise(given)]
    assert waits[:3] == [6, 12, 21] and set(waits[6:]) == {303}


def test_a_stop_that_came_while_the_link_was_connecting_is_not_lost(
    asked: Callable[..., Listening], boss: Any, pbx: Any
) -> None:
    row = asked()
    Pbx.objects.filter(pk=pbx.pk).update(state="down")
    stop_listening(viewer=boss, now=timezone.now())
    assert Listening.objects.get().ended_at is not None and not stops()
    Pbx.objects.filter(pk=pbx.pk).update(state="connecting")
    told(began(row))  # read when it connected, and applied before it was noted that it had
    assert Listening.objects.get().ended_at is None and stops() == [{"listening": str(row.pk)}]


def test_a_stop_given_while_the_link_connects_is_ordered(asked: Callable[..., Listening], boss: Any, pbx: Any) -> None:
    asked()
    Pbx.objects.filter(pk=pbx.pk).update(state="connecting")
    order = stop_listening(viewer=boss, now=timezone.now())
    assert order is not None and Listening.objects.get().ended_at is None
    finish_command(order, done=False, refusal="expired", now=timezone.now())
    Pbx.objects.filter(pk=pbx.pk).update(state="down")
    look_after_listening(timezone.now() + timedelta(seconds=10))
    assert Listening.objects.get().ended_at is not None  # nobody can say more of it


def test_another_supervisor_may_end_it_and_that_is_noted(
    asked: Callable[..., Listening], owner: Any, make_user: Any, account: Any, other_account: Any, browser_of: Any
) -> None:
    row = asked()
    saul = browser_of(make_user("saul", role="supervisor", accounts=[account]))
    stranger = browser_of(make_user("stan", role="supervisor", accounts=[other_account]))
    assert stranger.post(f"/floor/agents/{owner.pk}/stop/", {"listening": str(row.pk)}).status_code == 404
    assert not stops()
    assert "Hang up the phone of Sofia" in saul.get(f"/floor/agents/{owner.pk}/").text
    saul.post(f"/floor/agents/{owner.pk}/stop/", {"listening": str(row.pk)})
    assert stops() == [{"listening": str(row.pk)}]
    ended = AuditEntry.objects.filter(action="listening_ended")
    finish_command(Command.objects.get(verb="stop_listening").pk, done=False, refusal="silent", now=timezone.now())
    assert not ended.exists()  # not before it has happened
    saul.post(f"/floor/agents/{owner.pk}/stop/", {"listening": str(row.pk)})
    for order in Command.objects.filter(verb="stop_listening"):
        finish_command(order.pk, done=True, now=timezone.now())
    assert (ended.get().by_name, ended.get().detail) == ("Saul", {"who": "Sofia"})


def test_it_is_known_although_the_link_forgot_the_order(asked: Callable[..., Listening]) -> None:
    """The link was restarted while the phone rang: the PBX still says that it was picked up."""
    row = asked(begun=False, mode="whisper")
    Command.objects.filter(pk=row.pk).update(state="sent", created_at=timezone.now() - timedelta(minutes=5))
    told(began(row))
    expire_commands(timezone.now())
    row.refresh_from_db()
    assert row.began_at is not None and row.ended_at is None
    assert AuditEntry.objects.filter(action="listened_in").count() == 1


def test_what_was_thought_over_and_is_found_after_a_gap_goes_on(asked: Callable[..., Listening]) -> None:
    row = asked(begun=False)
    finish_command(row.pk, done=False, refusal="expired", now=timezone.now())
    told(began(row))
    row.refresh_from_db()
    assert row.began_at is not None and row.ended_at is None
    first = row.began_at
    end = timezone.now()
    told(ListeningEnded(pbx="main", at=end, listening=str(row.pk)))
    told(began(row, at=first))  # the journal is read again
    row.refresh_from_db()
    assert row.ended_at == end


def test_a_pbx_that_is_not_linked_any_more_blocks_no_phone(
    asked: Callable[..., Listening], boss: Any, owner: Any, browser_of: Any, pbx: Any
) -> None:
    row = asked()
    other = Pbx.objects.create(slug="second", name="Second", state="up")
    values: dict[str, Any] = {
        "call_key": "x", "leg": "", "agent_extension": "1", "extension": "2", "mode": "listen", "by": boss.pk,
        "agent_id": owner.pk, "account_id": row.account_id, "call_id": row.call_id, "is_shown": False,
        "now": timezone.now(),
    }  # fmt: skip
    with pytest.raises(AlreadyListening):
        listen(pbx_id=pbx.pk, **values)
    assert isinstance(listen(pbx_id=other.pk, **values), UUID)
    Pbx.objects.filter(pk=pbx.pk).update(state="down")
    browser_of(boss).post(f"/floor/agents/{owner.pk}/stop/")
    assert Listening.objects.get(pk=row.pk).ended_at is not None  # nobody can say more of it


def test_a_pbx_that_is_taken_out_ends_all_of_it(asked: Callable[..., Listening], pbx: Any) -> None:
    row = asked()
    pbx.enabled = False
    save_pbx(pbx=pbx, now=timezone.now())
    assert Listening.objects.get(pk=row.pk).ended_at is not None


def test_it_is_audited_once_it_began_and_not_where_it_never_did(
    asked: Callable[..., Listening], boss: Any, owner: Any
) -> None:
    row = asked(begun=False, mode="barge")
    assert not AuditEntry.objects.filter(action="listened_in").exists()
    finish_command(row.pk, done=True, now=timezone.now())
    told(began(row))
    entry = AuditEntry.objects.get(action="listened_in")
    assert (entry.by, entry.subject, entry.detail) == (
        boss, f"call:{row.call_id}", {"mode": "barge", "agent": owner.name},
    )  # fmt: skip


def test_what_is_long_over_is_forgotten(asked: Callable[..., Listening], owner: Any) -> None:
    row = asked()
    told(ListeningEnded(pbx="main", at=timezone.now(), listening=str(row.pk)))
    Told.objects.create(user=owner, act="taken_over", by_name="Sofia", at=timezone.now())
    tidy(timezone.now())
    assert Listening.objects.exists() and Told.objects.exists()
    tidy(timezone.now() + timedelta(days=2))
    assert not Listening.objects.exists() and not Told.objects.exists()


def test_whoever_listens_for_another_account_is_not_named(
    boss: Any, make_user: Any, account: Any, other_account: Any, pbx: Any, talk: Callable[..., Any], browser_of: Any
) -> None:
    bea = make_user("bea", accounts=[account, other_account], extension=("220", pbx))
    xaver = make_user("xaver", role="supervisor", accounts=[other_account], extension=("211", pbx))
    talk(bea, account=other_account)
    browser_of(xaver).post(f"/floor/agents/{bea.pk}/hear/barge/")
    finish_command(Listening.objects.get().pk, done=True, now=timezone.now())
    assert "Xaver has joined in" in browser_of(xaver).get(f"/floor/agents/{bea.pk}/").text
    assert "Xaver" not in browser_of(boss).get(f"/floor/agents/{bea.pk}/").text


def test_a_supervisor_does_not_read_that_somebody_listens_to_them_silently(
    boss: Any, administrator: Any, talk: Callable[..., Any], browser_of: Any, pbx: Any
) -> None:
    talk(boss)
    Extension.objects.create(pbx=pbx, number="299", employee=administrator, taken_at=timezone.now())
    browser_of(administrator).post(f"/floor/agents/{boss.pk}/hear/listen/")
    finish_command(Listening.objects.get().pk, done=True, now=timezone.now())
    assert "l" in floor_now(None, administrator.pk)[f"a:{boss.pk}"]
    assert "l" not in floor_now(None, boss.pk)[f"a:{boss.pk}"]
    assert "l" not in browser_of(boss).get("/floor/now/").json()[f"a:{boss.pk}"]
    Listening.objects.update(is_shown=True)
    assert "l" in floor_now(None, boss.pk)[f"a:{boss.pk}"]
