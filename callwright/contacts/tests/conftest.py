from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def make_contact(account: Any) -> Callable[..., int]:
    """`make_contact("Jan", "Jansen", numbers=["020 123 4567"])`; gives the id."""
    from callwright.contacts.operations.create_contact import create_contact
    from callwright.contacts.operations.numbers import NewNumber

    def make(first_name: str = "", surname: str = "", *, numbers: Any = (), of: Any = None, **values: Any) -> int:
        return create_contact(
            account_id=(of or account).pk,
            kind="person",
            values={"first_name": first_name, "surname": surname, **values},
            numbers=[NewNumber(number) for number in numbers],
            by=None,
            now=NOW,
        )

    return make


@pytest.fixture
def make_company(account: Any) -> Callable[..., int]:
    from callwright.contacts.operations.create_contact import create_contact

    def make(name: str, *, of: Any = None, **values: Any) -> int:
        values = {"name": name, **values}
        return create_contact(account_id=(of or account).pk, kind="company", values=values, by=None, now=NOW)

    return make


@pytest.fixture
def stages(db: None) -> dict[str, int]:
    from callwright.contacts.operations.lists import save_stage

    wishes = [("New", True), ("In work", True), ("Delivered", False)]
    return {name: save_stage(name=name, colour="blue", is_open=is_open, now=NOW) for name, is_open in wishes}
