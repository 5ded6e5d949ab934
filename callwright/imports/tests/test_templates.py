"""Templates of FreeSWITCH and FreePBX whose rows are written otherwise, and more character sets (CALL-11)."""

from pathlib import Path

import pytest

from callwright.imports.reading.text import encoding_of
from callwright.imports.tests.test_formats import plain, read

A, B = "b5f0e7a0-0000-4000-8000-000000000001", "b5f0e7a0-0000-4000-8000-000000000002"
_CARRIER = '"","","192.0.2.7","Jan","carrier"'


def rate(uuid: str, bond: str, side: str, to: str, *, answer: str = "2026-11-21 10:00:10", talk: int = 10) -> str:
    """A row of the template opencdrrate."""
    answered = f'"{answer}"' if answer else '""'
    return f'"{uuid}","{bond}","{side}","0612345678","{to}",{answered},"2026-11-21 10:00:20","{talk}",{_CARRIER}\n'


def test_opencdrrate(tmp_path: Path) -> None:
    found, (call,), bad = read(tmp_path, rate(A, "", "inbound", "31201234567"))
    assert (found, bad) == ("freeswitch_rate", [])
    assert (call.direction, call.status, call.from_number, call.from_name) == (
        "inbound",
        "answered",
        "0612345678",
        "Jan",
    )
    assert (call.dialled_number, call.talk_s, call.started_at.isoformat()) == (
        "31201234567", 10, "2026-11-21T10:00:10+00:00",
    )  # fmt: skip


def test_a_call_of_opencdrrate_that_nobody_answered_has_its_end_alone(tmp_path: Path) -> None:
    _, (call,), bad = read(tmp_path, rate(A, "", "inbound", "101", answer="", talk=0))
    assert (call.status, call.talk_s, bad) == ("missed", 0, [])
    assert call.started_at.isoformat() == "2026-11-21T10:00:20+00:00"


@pytest.mark.parametrize("later", [True, False])
def test_the_two_legs_of_opencdrrate_are_one_call(tmp_path: Path, later: bool) -> None:
    """Both name one another; the phone's leg was answered in the second before, and may stand first."""
    own = rate(A, B, "inbound", "31201234567")
    phone = rate(B, A, "outbound", "101", answer="2026-11-21 10:00:09", talk=11)
    found, (call,), bad = read(tmp_path, own + phone if later else phone + own)
    assert (found, bad) == ("freeswitch_rate", [])
    assert (call.dialled_number, call.extension, call.talk_s) == ("31201234567", "101", 10)
    assert [leg.party for leg in call.legs] == ["101"]


NEW_FREEPBX = (
    '"Call Date","Recording","System","CallerID","Source","Destination","DID","Channel","Dstchannel","Disposition",'
    '"Duration","Billsec","Uniqueid","Linkedid","Lastapp","Lastdata","Dcontext"\n'
    '"2026-11-21 10:00:00","","1795288162.5","""Jan"" <0612345678>","0612345678","101","31201234567",'
    '"PJSIP/trunk-00000001","PJSIP/101-00000002","ANSWERED","25","15","1795288162.5","1795288162.5","Dial",'
    '"PJSIP/101,30","from-did-direct"\n'
)
OLD_FREEPBX = (
    "calldate,clid,src,dst,dcontext,channel,dstchannel,lastapp,lastdata,duration,billsec,disposition,amaflags,"
    "accountcode,uniqueid,userfield,did\n"
    '2026-11-21 10:00:00,"""Jan"" <0612345678>",0612345678,101,from-did-direct,SIP/trunk-00000001,SIP/101-00000002,'
    'Dial,"SIP/101,30",25,15,ANSWERED,3,,1795288162.5,,31201234567\n'
)


@pytest.mark.parametrize("text", [NEW_FREEPBX, OLD_FREEPBX])
def test_freepbx_with_names_for_people_or_without_linkedid(tmp_path: Path, text: str) -> None:
    found, (call,), bad = read(tmp_path, text)
    assert (found, bad) == ("freepbx", [])
    assert (call.direction, call.status, call.from_number) == ("inbound", "answered", "0612345678")
    assert (call.dialled_number, call.talk_s, call.wait_s) == ("31201234567", 15, 10)
    assert [leg.party for leg in call.legs] == ["101"]


NAMES = {
    "cp1251": ["Иван Петров", "Ольга Щербакова", "Ёлкин Юрий", "Булочная «Колос»", "Наталья Жукова"],
    "cp1256": ["محمد علي", "شركة النور للتجارة", "فاطمة الزهراء", "مخبز القاهرة", "يوسف إبراهيم"],
}


@pytest.mark.parametrize("encoding", NAMES)
@pytest.mark.parametrize("size", [200, 3])
def test_cyrillic_and_arabic_windows_files(tmp_path: Path, encoding: str, size: int) -> None:
    names = [NAMES[encoding][n % 5] for n in range(size)]
    text = "".join(plain(f"1795288{n:03}.1").replace("Jan", name) for n, name in enumerate(names))
    _, calls, bad = read(tmp_path, text.encode(encoding))
    assert encoding_of(text.encode(encoding)) == encoding
    assert bad == []
    assert sorted(call.from_name for call in calls) == sorted(names)


@pytest.mark.parametrize("encoding", NAMES)
def test_words_in_those_sets_are_read(tmp_path: Path, encoding: str) -> None:
    name = NAMES[encoding][0]
    head = {"cp1251": "дата;время;имя", "cp1256": "التاريخ;الوقت;الاسم"}[encoding]
    rows = "".join(f"2026-11-21 10:0{n}:00;061234567{n};0201234567;{name}\n" for n in range(9))
    text = f"started;from;to;from_name\n{rows}"
    shape, calls, bad = read(tmp_path, text.encode(encoding))
    assert (shape, len(calls), bad, {call.from_name for call in calls}) == ("own", 9, [], {name})
    assert encoding_of(f"{head}\n{rows}".encode(encoding)) == encoding
