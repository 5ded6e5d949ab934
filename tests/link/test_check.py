"""What an examination says of a real Asterisk whose manager users are made rightly and wrongly."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from callwright.telephony.models import Pbx as PbxRow
from callwright.telephony.operations.diagnose_pbx import diagnose_pbx
from callwright.telephony.queries.diagnosis import Finding, Level
from tests.pbx.pbx import Pbx

pytestmark = [pytest.mark.asterisk, pytest.mark.xdist_group("orders")]


def examine(pbx: Pbx, user: str = "crm-lean", **fields: Any) -> dict[str, Finding]:
    """Findings by code; of several with one code the last."""
    given = {"host": pbx.ip, "username": user, "secret": "crmsecret", "trunks": ["trunk"], "name": "Main", **fields}
    examined = asyncio.run(diagnose_pbx(PbxRow(slug="main", **given), datetime.now(UTC)))
    return {one.code: one for one in examined.findings}


def wrong(found: dict[str, Finding]) -> dict[str, str]:
    return {code: one.detail for code, one in found.items() if one.level is Level.PROBLEM}


def test_all_is_well_with_the_user_of_the_guide(asterisk: Pbx) -> None:
    for file in (asterisk.cdr_file, asterisk.cel_file):
        if not file.exists():  # the time of a file's last record is compared with when it was written
            file.touch()
    found = examine(asterisk, cdr_csv=str(asterisk.cdr_file), cel_csv=str(asterisk.cel_file))
    assert {code: one.level for code, one in found.items()} == dict.fromkeys(
        ["login", "orders", "hearing", "clock", "trunks", "queues", "records_readable"], Level.OK
    )
    assert found["login"].detail.startswith("22.")
    assert set(found["queues"].detail.split(", ")) == {"support", "sales", "local", "night"}


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        ("crm", {}),
        ("crm-nocall", {"classes_missing": "read = call, agent"}),
        ("crm-noagent", {"classes_missing": "read = agent"}),
        ("crm-overfiltered", {"events_filtered": "DialBegin, Hangup"}),
        ("crm-elsewhere", {"login_refused": "Authentication failed"}),
    ],
)
def test_a_wrongly_made_user_is_explained(asterisk: Pbx, user: str, expected: dict[str, str]) -> None:
    assert wrong(examine(asterisk, user)) == expected


def test_missing_rights_to_order_name_the_class_to_add(asterisk: Pbx) -> None:
    found = examine(asterisk, "crm-readonly")
    assert list(wrong(found)) == ["orders_missing"]
    assert found["orders_missing"].detail.split(" (")[0] in ("write = originate", "write = call", "write = agent")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"secret": "wrong"}, "login_refused"),
        ({"port": 5039}, "unreachable"),
        ({"port": 8088}, "not_asterisk"),
        ({"trunks": ["trunk", "carrier"]}, "trunks_unknown"),
        ({"dial_context": "nonsense"}, "context_unknown"),
        ({"cdr_csv": "/nowhere/Master.csv"}, "records_unreadable"),
        ({"record_dsn": "postgresql://nobody@127.0.0.1:1/none"}, "records_database"),
    ],
)
def test_wrong_settings_are_explained(asterisk: Pbx, fields: dict[str, Any], code: str) -> None:
    found = examine(asterisk, **fields)
    assert list(wrong(found)) == [code]
    assert str(found[code].what_to_do)


def test_a_cdr_file_in_local_time_is_told(asterisk: Pbx, tmp_path: Path) -> None:
    moment = datetime.now(UTC).astimezone(timezone(timedelta(hours=3))).strftime("%Y-%m-%d %H:%M:%S")
    file = tmp_path / "Master.csv"
    file.write_text(f"x,1,2,c,x,PJSIP/1-1,PJSIP/2-1,Dial,y,{moment},{moment},{moment},1,1,ANSWERED,D,1.1,,,1.1,1\n")
    assert wrong(examine(asterisk, cdr_csv=str(file))) == {"records_not_utc": f"{file}: +3 h"}
