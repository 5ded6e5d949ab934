"""The desk's other addresses: who may open them, the agent's state and seat, dialling."""

from typing import Any

import pytest
from django.test import Client

from callwright.staff.models import AgentState, Extension, PauseReason
from callwright.telephony.models import Command, Queue, QueueMember

pytestmark = pytest.mark.django_db
ZONES = ["open", "me", "me/extensions", "queues", "lists", "colleagues", "phone-system", "targets?to=x", "refusal"]


@pytest.mark.parametrize("zone", ["", *ZONES])
def test_the_desk_is_for_those_who_work_at_one(
    zone: str, owner_client: Client, outsider_client: Client, customer_client: Client, stranger_client: Client
) -> None:
    assert owner_client.get(f"/desk/{zone}").status_code == 200
    assert outsider_client.get(f"/desk/{zone}").status_code == 200
    assert customer_client.get(f"/desk/{zone}").status_code == 403
    assert stranger_client.get(f"/desk/{zone}").status_code == 302


def test_home_leads_everyone_to_what_they_may_open(owner_client: Client, browser_of: Any, controller: Any) -> None:
    assert b'id="desk"' in owner_client.get("/").content
    elsewhere = browser_of(controller).get("/")
    assert elsewhere.status_code == 302 and elsewhere.headers["Location"] != "/desk/"


def test_the_page_takes_a_fixed_number_of_queries(
    owner_client: Client, account: Any, colleague: Any, django_assert_max_num_queries: Any
) -> None:
    owner_client.get("/desk/")
    with django_assert_max_num_queries(26):
        owner_client.get("/desk/")


def test_state_and_pause_reason(owner: Any, owner_client: Client) -> None:
    PauseReason.objects.create(code="lunch", label="Lunch")
    assert "Lunch" in owner_client.post("/desk/me/state", {"state": "paused", "reason": "lunch"}).content.decode()
    assert AgentState.objects.get(user=owner).state == "paused"
    refused = owner_client.post("/desk/me/state", {"state": "paused", "reason": "gone"}).content.decode()
    assert "no longer offered" in refused
    assert owner_client.post("/desk/me/state", {"state": "asleep"}).status_code == 400
    owner_client.post("/desk/me/state", {"state": "ready"})
    assert AgentState.objects.get(user=owner).state == "ready"


def test_a_free_extension_can_be_taken_and_a_taken_one_not(
    owner: Any, colleague: Any, owner_client: Client, pbx: Any
) -> None:
    free = Extension.objects.create(pbx=pbx, number="209", label="Meeting room")
    assert "Meeting room" in owner_client.get("/desk/me/extensions").content.decode()
    taken = Extension.objects.get(employee=colleague)
    assert (
        "Carl sits at extension 202"
        in owner_client.post("/desk/me/extension", {"extension": taken.pk}).content.decode()
    )
    owner_client.post("/desk/me/extension", {"extension": free.pk})
    free.refresh_from_db()
    assert free.employee_id == owner.pk


def test_queues_of_my_extension_with_their_callers(owner_client: Client, pbx: Any) -> None:
    mine, other = (Queue.objects.create(pbx=pbx, name=name, waiting=7) for name in ("orders", "complaints"))
    QueueMember.objects.create(queue=mine, extension="201", at="2026-03-02T09:00Z")
    QueueMember.objects.create(queue=other, extension="202", at="2026-03-02T09:00Z")
    shown = owner_client.get("/desk/queues").content.decode()
    assert "orders" in shown and f'data-live="queue:{mine.pk}"' in shown and "complaints" not in shown


def test_dialling_on_behalf_of_an_account(owner_client: Client, account: Any, other_account: Any) -> None:
    answer = owner_client.post("/desk/dial", {"to": "0612345678", "account": account.pk})
    assert "Your phone rings first" in answer.headers["HX-Trigger"]
    command = Command.objects.get()
    assert command.verb == "originate"
    assert command.arguments == {"extension": "201", "number": "+31612345678", "account_id": account.pk}
    refused = owner_client.post("/desk/dial", {"to": "0612345678", "account": other_account.pk})
    assert "may not call on behalf" in refused.headers["HX-Trigger"]
    for to in ("", "rubbish", "+"):
        assert "no number" in owner_client.post("/desk/dial", {"to": to, "account": account.pk}).headers["HX-Trigger"]
    assert Command.objects.count() == 1


def test_without_an_extension_nobody_can_be_called(outsider_client: Client, other_account: Any) -> None:
    answer = outsider_client.post("/desk/dial", {"to": "0612345678", "account": other_account.pk})
    assert "First choose the extension" in answer.headers["HX-Trigger"] and not Command.objects.exists()


def test_colleagues_are_found_by_name_and_extension(
    owner_client: Client, colleague: Any, outsider_client: Client
) -> None:
    for text in ("carl", "202"):
        assert 'data-to="202"' in owner_client.get(f"/desk/targets?to={text}").content.decode()
    assert "Carl" not in outsider_client.get("/desk/targets?to=carl").content.decode()
    assert 'data-to="+31301234567"' in owner_client.get("/desk/targets?to=030 123 4567").content.decode()


@pytest.mark.parametrize("zone", ["Etc/GMT+11", "Etc/GMT-3", "EST"])
def test_screens_open_in_zones_of_one_offset_all_year(owner, pbx, browser_of, zone):
    owner.time_zone = zone
    owner.save()
    for address in ("/", "/desk/lists", "/calls/", "/contacts/", "/me/"):
        assert browser_of(owner).get(address).status_code == 200, address
