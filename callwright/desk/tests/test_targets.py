"""Whom one can call or hand over to, and on whose behalf."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from callwright.accounts.models import Organisation
from callwright.contacts.operations.create_contact import create_contact
from callwright.contacts.operations.numbers import NewNumber
from callwright.desk.queries.targets import find_targets
from callwright.staff.models import AccountRight
from callwright.staff.operations.set_state import set_state
from callwright.telephony.models import Command, Pbx

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)


@pytest.fixture
def bureau(owner: Any, account: Any, other_account: Any) -> None:
    Organisation.objects.update_or_create(pk=1, defaults={"name": "Bureau", "kind": "bureau", "home_country": "NL"})
    AccountRight.objects.create(user=owner, account=other_account)


def contact(account: Any, surname: str, number: str) -> int:
    return create_contact(
        account_id=account.pk, kind="person", values={"surname": surname}, numbers=[NewNumber(number)], by=None, now=NOW
    )


def found(viewer: Any, text: str, account: Any = None, **choices: Any) -> list[str]:
    wanted = {"account_id": account.pk if account else None, "only_account": False, "country": "NL", **choices}
    return [target.to for target in find_targets(viewer, text, **wanted)]


def test_who_is_free_is_offered_however_many_come_first_by_name(
    make_user: Any, owner: Any, account: Any, pbx: Any
) -> None:
    for n in range(70):
        make_user(f"aaron{n:02}", accounts=[account], extension=(f"3{n:02}", pbx))
    free = make_user("zoe", accounts=[account], extension=("499", pbx))
    set_state(user_id=free.pk, choice="ready", now=NOW)
    assert found(owner, "")[0] == "499"


def test_contacts_and_the_typed_number_keep_their_places(make_user: Any, owner: Any, account: Any, pbx: Any) -> None:
    for n in range(12):
        make_user(f"winter{n:02}", accounts=[account], extension=(f"3{n:02}", pbx))
    contact(account, "Winter", "+31612345678")
    offered = found(owner, "winter")
    assert len(offered) == 8 and offered[-1] == "+31612345678"
    assert found(owner, "030")[-1] == "030"
    offered = found(owner, "301")
    assert offered[0] == "301" and offered.count("301") == 1


def test_extensions_of_another_phone_system_are_not_offered(make_user: Any, owner: Any, account: Any) -> None:
    elsewhere = Pbx.objects.create(slug="second", name="Second")
    make_user("fern", accounts=[account], extension=("801", elsewhere))
    assert found(owner, "fern") == []


def test_a_contact_brings_its_account_and_those_of_the_chosen_one_come_first(
    bureau: None, owner: Any, owner_client: Client, account: Any, other_account: Any
) -> None:
    contact(account, "Meijer", "+31611111111")
    contact(other_account, "Meijer", "+31622222222")
    assert found(owner, "meijer", other_account) == ["+31622222222", "+31611111111"]
    assert found(owner, "meijer", account) == ["+31611111111", "+31622222222"]
    assert found(owner, "meijer", account, only_account=True) == ["+31611111111"]
    shown = owner_client.get(f"/desk/targets?to=meijer&account={account.pk}").content.decode()
    assert f'data-account-id="{other_account.pk}" data-account-name="Other Ltd"' in shown
    assert '<bdi class="target-account">Other Ltd</bdi>' in shown
    handing = owner_client.get(f"/desk/targets?to=meijer&account={account.pk}&for=transfer").content.decode()
    assert "Other Ltd" not in handing


def test_in_a_bureau_nobody_is_called_before_the_account_is_chosen(
    bureau: None, owner_client: Client, account: Any, other_account: Any
) -> None:
    page = owner_client.get("/desk/").content.decode()
    dial = page[page.index('id="dial-account"') : page.index("</select>")]
    assert "selected" not in dial and "Choose the account" in dial
    for to in ("0612345678", "202"):
        refused = owner_client.post("/desk/dial", {"to": to, "account": ""})
        said = refused.headers["HX-Trigger"]
        assert "For which account" in said and "account-needed" in said
    refused = owner_client.post("/desk/dial", {"to": "0612345678", "account": "rubbish"})
    assert "may not call on behalf" in refused.headers["HX-Trigger"]
    assert not Command.objects.exists()
    owner_client.post("/desk/dial", {"to": "0612345678", "account": other_account.pk})
    assert Command.objects.get().account_id == other_account.pk


def test_a_house_calls_for_itself(owner_client: Client, account: Any) -> None:
    assert 'id="dial-account"' not in owner_client.get("/desk/").content.decode()
    owner_client.post("/desk/dial", {"to": "0612345678", "account": ""})
    assert Command.objects.get().account_id == account.pk
