"""What imports keep of a person who is erased goes (CALL-16)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from callwright.calls.operations.erase_person import erase_person
from callwright.calls.testing import add_call
from callwright.contacts.operations.create_contact import create_contact
from callwright.contacts.operations.numbers import NewNumber
from callwright.imports.models import BadLine, Import, PartLine, Touched
from callwright.kit.identity import uuid7_now, uuid7_of

pytestmark = pytest.mark.django_db
RAW = "0612349876"
NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
EARLIER = NOW - timedelta(days=2)


@pytest.fixture
def erased(account: Any, administrator: Any) -> Any:
    person = create_contact(
        account_id=account.pk, kind="person", values={"surname": "Zwartkruis"}, by=None, now=NOW,
        numbers=[NewNumber("06 1234 9876", "mobile")],
    )  # fmt: skip
    return lambda: erase_person(viewer=administrator, contact_id=person, reason="asked", now=NOW)


def test_how_calls_of_others_were_and_lines_that_wait_go(account: Any, pbx: Any, erased: Any) -> None:
    given = add_call(account, EARLIER, client_number="+31201110000", transferred_to=RAW)
    stays = add_call(account, EARLIER, client_number="+31201110000", pbx_key="stays")
    of = Import.objects.create(id=uuid7_now(NOW), name="old.csv", origin="upload", created_at=NOW)
    merged = uuid7_of(EARLIER, "merged")  # became part of another call since
    for id, said in ((given.id, ""), (stays.id, "0201110000"), (merged, RAW)):
        before = {"call": {"account_id": account.pk, "id": str(id), "transferred_to": said}, "facts": {}, "legs": []}
        Touched.objects.create(of=of, account_id=account.pk, call_id=id, before=before, at=NOW)
    for line, raw in enumerate((f"2026-11-16;{RAW};201", "2026-11-16;0201110000;201")):
        PartLine.objects.create(
            pbx=pbx, shape="cdr", digest=str(line), of=of, line=line, record={"src": raw}, raw=raw, created_at=NOW
        )
        BadLine.objects.create(of=of, line=line, reason="cell_missing", raw=raw)
    erased()
    assert list(Touched.objects.values_list("call_id", flat=True)) == [stays.id]
    assert [one.line for one in PartLine.objects.all()] == [one.line for one in BadLine.objects.all()] == [1]
