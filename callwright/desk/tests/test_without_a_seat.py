"""The desk of those who sit at no extension, callers who are not kept, and what reads itself aloud."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from callwright.accounts.models import Organisation
from callwright.calls.operations.apply_events import apply_events
from callwright.desk.tests.test_card_views import ring, seated, url
from callwright.telephony import events as e

pytestmark = pytest.mark.django_db
__all__ = ["seated"]


def missed() -> None:
    call = ring(number="+31301234567", to=("202",))
    now, base = datetime.now(UTC), {"pbx": "main", "call": call.pbx_key}
    leg = e.LegEnded(**base, at=now, leg=f"{call.pbx_key}-202", result=e.LegResult.CANCELLED)
    apply_events([leg, e.CallEnded(**base, at=now, hangup_by=e.Side.CALLER)], now=now)


def test_a_supervisor_without_an_extension_sees_whom_anybody_should_call_back(
    seated: None, supervisor_client: Client, owner_client: Client, browser_of: Any, make_user: Any, account: Any
) -> None:
    missed()
    shown = supervisor_client.get("/desk/lists").content.decode()
    assert "1 missed call to return" in shown and "Of everybody, today" in shown and "Where do you sit?" in shown
    assert "+31301234567" in shown
    assert "Nothing to return" in owner_client.get("/desk/lists").content.decode()  # it did not ring there
    unseated = browser_of(make_user("anna", accounts=[account])).get("/desk/").content.decode()
    assert "Where do you sit?" in unseated and "Nothing to return" not in unseated and "+31301234567" not in unseated
    assert "Callers waiting" in unseated and "You sit at no extension" in unseated


def test_missed_calls_of_other_accounts_are_nobodys_business(
    seated: None, browser_of: Any, make_user: Any, other_account: Any
) -> None:
    missed()
    outsider = browser_of(make_user("olga", role="supervisor", accounts=[other_account]))
    assert "+31301234567" not in outsider.get("/desk/lists").content.decode()


def test_it_is_said_why_a_caller_is_not_kept(seated: None, owner_client: Client) -> None:
    Organisation.objects.update_or_create(pk=1, defaults={"unknown_callers": "never", "home_country": "NL"})
    shown = owner_client.get(url(ring(number="+31301234567"))).content.decode()
    assert "are not kept as contacts for this account" in shown and "caller-form" not in shown
    shown = owner_client.get(url(ring(number=None, key="1.2"))).content.decode()
    assert "Without a number the caller cannot be kept" in shown


def test_cards_are_not_read_aloud_as_a_whole(seated: None, owner_client: Client) -> None:
    ring()
    page = owner_client.get("/desk/").content.decode()
    region = page[page.index('id="cards"') : page.index("<section", page.index('id="cards"'))]
    assert "aria-live" not in region and 'role="status"' not in region
    assert 'id="announce" role="status" aria-live="assertive"' in page
