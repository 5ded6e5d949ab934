"""Fixtures for the tests of every capability: people of each role with rights on an account, and their browsers.

`owner` works for `account` at extension 201, `colleague` works for it too at 202; `outsider` has all an agent's
rights, but only on `other_account`; `customer` is the portal user of `account`; a stranger is not logged in.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickPasswordHasher(PBKDF2PasswordHasher):
    """Like the product's own, which reads what it writes, without its deliberate slowness."""

    iterations = 1


PASSWORD = "correct horse battery"
_LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)  # before any call of a test


@pytest.fixture
def make_account(db: None) -> Callable[..., Any]:
    from callwright.accounts.models import Account

    return lambda name="Acme", **fields: Account.objects.create(name=name, **fields)


@pytest.fixture
def account(make_account: Callable[..., Any]) -> Any:
    return make_account("Baker & Sons", is_default=True)


@pytest.fixture
def other_account(make_account: Callable[..., Any]) -> Any:
    return make_account("Other Ltd")


@pytest.fixture
def pbx(db: None) -> Any:
    from callwright.telephony.models import Pbx

    return Pbx.objects.create(slug="main", name="Main PBX", host="127.0.0.1", username="callwright", secret="s3cret")


@pytest.fixture
def make_user(db: None) -> Callable[..., Any]:
    """`make_user("ann", role="agent", accounts=[account], extension=("201", pbx))`; the password is `PASSWORD`."""
    from callwright.staff.models import AccountRight, Extension, User
    from callwright.staff.operations.take_extension import take_extension

    def make(username: str, *, accounts: Any = (), extension: Any = None, password: str = "", **fields: Any) -> User:
        user = User(username=username, **{"name": username.title(), "language": "en", **fields})
        user.set_password(password) if password else user.set_unusable_password()
        user.save()
        AccountRight.objects.bulk_create([AccountRight(user=user, account=one) for one in accounts])
        if extension:
            number, pbx = extension
            place, _made = Extension.objects.get_or_create(pbx=pbx, number=number)
            take_extension(user_id=user.pk, extension_id=place.pk, now=_LONG_AGO)
        return user

    return make


@pytest.fixture
def owner(make_user: Callable[..., Any], account: Any, pbx: Any) -> Any:
    return make_user("olivia", accounts=[account], extension=("201", pbx))


@pytest.fixture
def colleague(make_user: Callable[..., Any], account: Any, pbx: Any) -> Any:
    return make_user("carl", accounts=[account], extension=("202", pbx))


@pytest.fixture
def outsider(make_user: Callable[..., Any], other_account: Any) -> Any:
    return make_user("otto", accounts=[other_account])


@pytest.fixture
def supervisor(make_user: Callable[..., Any], account: Any) -> Any:
    return make_user("sofia", role="supervisor", accounts=[account])


@pytest.fixture
def controller(make_user: Callable[..., Any], account: Any) -> Any:
    return make_user("conny", role="controller", accounts=[account])


@pytest.fixture
def administrator(make_user: Callable[..., Any]) -> Any:
    return make_user("adam", role="administrator", all_accounts=True)


@pytest.fixture
def customer(make_user: Callable[..., Any], account: Any) -> Any:
    return make_user("cora", role="customer", accounts=[account])


@pytest.fixture
def browser_of() -> Callable[..., Any]:
    """`browser_of(user)`: a Django test client in which the user is logged in; `browser_of(None)`: a stranger's."""
    from django.test import Client

    from callwright.staff.sessions import BACKEND

    def browser(user: Any = None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user, backend=BACKEND)
        return client

    return browser


@pytest.fixture
def owner_client(browser_of: Callable[..., Any], owner: Any) -> Any:
    return browser_of(owner)


@pytest.fixture
def colleague_client(browser_of: Callable[..., Any], colleague: Any) -> Any:
    return browser_of(colleague)


@pytest.fixture
def outsider_client(browser_of: Callable[..., Any], outsider: Any) -> Any:
    return browser_of(outsider)


@pytest.fixture
def supervisor_client(browser_of: Callable[..., Any], supervisor: Any) -> Any:
    return browser_of(supervisor)


@pytest.fixture
def administrator_client(browser_of: Callable[..., Any], administrator: Any) -> Any:
    return browser_of(administrator)


@pytest.fixture
def customer_client(browser_of: Callable[..., Any], customer: Any) -> Any:
    return browser_of(customer)


@pytest.fixture
def stranger_client(browser_of: Callable[..., Any], db: None) -> Any:
    return browser_of(None)


def note_call(*, user_id: int, call_id: UUID, phase: str, queue_id: int | None, now: datetime) -> Any:
    """One call at one employee's extension rings, is talked or has ended now; what changed, None for nothing."""
    from callwright.staff.operations.note_calls import CallPhase, note_calls

    changes = note_calls([CallPhase(user_id, call_id, phase, queue_id, phase == "ended", now)], now=now)
    return changes[0] if changes else None
