"""What the PBX's CDR says of a call that goes on is not its end (CALL-12)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from callwright.calls.models import Call
from callwright.telephony.asterisk.channels import TranslatorConfig
from callwright.telephony.asterisk.client import Address
from callwright.telephony.journal import Record
from callwright.telephony.link.configuration import LinkConfig
from callwright.telephony.link.connection import PbxLink
from callwright.telephony.link.repairing import Gap, fill_gap
from callwright.telephony.models import Pbx

pytestmark = pytest.mark.django_db(transaction=True)
BEGAN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
GAP = Gap(BEGAN, BEGAN + timedelta(seconds=10))
# The agent whom the queue found hands the caller on; this is written while the caller talks on.
ROW = (
    '"","0612345678","0201234567","from-trunk","0612345678","PJSIP/trunk-00000072","PJSIP/2011-00000073","Queue",'
    '"support,tT,,,6","2026-03-02 09:00:04","2026-03-02 09:00:05","2026-03-02 09:00:07",3,2,"ANSWERED",'
    '"DOCUMENTATION","pbx1-1.114","","","pbx1-1.114",73\n'
)


@pytest.fixture
def config(tmp_path: Path) -> LinkConfig:
    pbx = Pbx.objects.create(slug="main", name="Main", home_country="NL", trunks=["trunk"])
    records = tmp_path / "Master.csv"
    records.write_text(ROW)
    return LinkConfig(
        pbx_id=pbx.pk, slug="main", address=Address(host="127.0.0.1", username="crm", secret="x"),
        translator=TranslatorConfig(trunks=frozenset(["trunk"])), folder=tmp_path, cdr_csv=str(records),
    )  # fmt: skip


def test_a_call_that_goes_on_gets_no_end_from_what_was_before_a_transfer(config: LinkConfig) -> None:
    asked: list[str] = []
    assert fill_gap(config, GAP, retold=set(), goes_on=lambda call: not asked.append(call)) == 0  # type: ignore[func-returns-value]
    assert asked == ["pbx1-1.114"] and not Call.objects.exists()


def test_when_it_is_over_it_is_added_with_its_end(config: LinkConfig) -> None:
    assert fill_gap(config, GAP, retold=set(), goes_on=lambda call: False) > 0
    assert Call.objects.get().ended_at == BEGAN + timedelta(seconds=7)


async def test_records_are_not_read_before_what_the_pbx_does_now_was_worked_off(config: LinkConfig) -> None:
    link = PbxLink(config)
    link.journal.append([Record("M", BEGAN, b"Event: Something")])
    assert not await link._has_worked_off(link.journal.end, limit_s=0.2)
    link.consumer._position = link.journal.end
    assert await link._has_worked_off(link.journal.end, limit_s=0.2)
    link.journal.close()
