"""The harness itself: what phones and clients do on the real PBX is what AMI, CDR and CEL tell."""

import asyncio
from pathlib import Path

import pytest

from callwright.telephony.asterisk.names import LEAN_FILTER, READ_CLASSES, WRITE_CLASSES
from tests.pbx.ami import Ami, parse
from tests.pbx.pbx import HERE
from tests.pbx.rig import Rig
from tests.pbx.scenario import ALL
from tests.pbx.scenarios import THEMES

pytestmark = pytest.mark.asterisk
ROOT = HERE.parents[1]


async def test_call_from_the_carrier_reaches_the_phone_and_is_told_on_ami(rig: Rig) -> None:
    await rig.register([101])
    since = len(rig.ami.events)
    client = await rig.carrier.call("74951000101", number="79035556677", talk_s=2)
    await rig[101].answer(0.3)
    begun = await rig.ami.wait("Newchannel", since=since, Channel="PJSIP/trunk")
    rung = await rig.ami.wait("DialBegin", since=since, DestChannel="PJSIP/101")
    ended = await rig.ami.wait("DialEnd", since=since, DestChannel="PJSIP/101")
    await client.over()
    await rig.quiet()
    assert begun["CallerIDNum"] == "79035556677"
    assert begun["Exten"] == "74951000101"
    assert begun["Uniqueid"] == begun["Linkedid"] == rung["Linkedid"]
    assert ended["DialStatus"] == "ANSWER"
    happened = [text for _, text in rig.log]
    assert happened.index("101 rings") < happened.index("101 answers") < happened.index("101's call is over")


async def test_agent_hangs_up_and_the_records_say_how_long_they_talked(rig: Rig) -> None:
    await rig.register([102])
    client = await rig.carrier.call("74951000102", number="79035556688", talk_s=30)
    await rig[102].answer(1)
    await asyncio.sleep(3)
    rig[102].hang_up()
    await client.over()
    await rig.quiet()
    rows = [row for row in rig.pbx.cdrs() if row[1] == "79035556688"]
    assert [(row[2], row[14]) for row in rows] == [("74951000102", "ANSWERED")]
    duration_s, billed_s = int(rows[0][12]), int(rows[0][13])
    assert 4 <= duration_s <= 6
    assert 3 <= billed_s <= 4
    events = [row[0] for row in rig.pbx.cels() if row[15] == rows[0][16]]
    assert events[0] == "CHAN_START"
    assert events[-1] == "LINKEDID_END"
    assert events.count("LINKEDID_END") == 1


async def test_phone_dials_a_client_outside(rig: Rig) -> None:
    await rig.register([101])
    since = len(rig.ami.events)
    client = await rig.carrier.answers(rings_s=0.5)
    rig[101].dial("89165550000")
    await rig[101].connected()
    dialled = await rig.ami.wait("DialBegin", since=since, DestChannel="PJSIP/trunk")
    assert dialled["DialString"] == "79165550000@trunk"
    rig[101].hang_up()
    await client.over()


async def test_keys_of_a_phone_reach_the_pbx(rig: Rig) -> None:
    await rig.register([101])
    since = len(rig.ami.events)
    rig[101].dial("600")
    await rig[101].connected()
    await rig[101].keys("5#")
    for digit in "5#":
        await rig.ami.wait("DTMFEnd", since=since, Digit=digit)
    rig[101].hang_up()


async def test_pbx_killed_and_started_again_keeps_its_records_and_ami_comes_back(rig: Rig) -> None:
    await rig.register([101])
    rig[101].dial("600")
    await rig[101].connected()
    since = len(rig.ami.events)
    before = rig.pbx.cel_file.stat().st_size
    await rig.pbx.kill()
    await rig.pbx.again()
    await rig.ami.wait("FullyBooted", since=since)
    assert rig.pbx.cel_file.stat().st_size >= before > 0
    assert (await rig.ami.action("CoreStatus"))["CoreCurrentCalls"] == "0"


@pytest.mark.parametrize(
    "user", ["crm", "crm-lean", "crm-nocall", "crm-noagent", "crm-readonly", "crm-nolists", "crm-overfiltered"]
)
async def test_every_manager_user_may_log_in(rig: Rig, user: str) -> None:
    ami = Ami(rig.pbx.ip, user=user)
    assert (await ami.start())["Response"] == "Success"
    await ami.stop()


async def test_wrong_password_and_wrong_address_are_refused(rig: Rig) -> None:
    for user, secret in (("crm", "wrong"), ("crm-elsewhere", "crmsecret")):
        ami = Ami(rig.pbx.ip, user=user, secret=secret)
        answer = await ami.start()
        await ami.stop()
        assert (answer["Response"], answer["Message"]) == ("Error", "Authentication failed")


async def test_a_user_without_write_rights_cannot_originate(rig: Rig) -> None:
    ami = Ami(rig.pbx.ip, user="crm-readonly")
    await ami.start()
    answer = await ami.action("Originate", Channel="PJSIP/101", Application="Echo")
    await ami.stop()
    assert (answer["Response"], answer["Message"]) == ("Error", "Permission denied")


def test_the_lean_user_and_the_administrators_page_have_the_products_filter() -> None:
    for path in (HERE / "etc" / "manager.conf", ROOT / "docs" / "asterisk.md"):
        text = path.read_text()
        lean = text[text.index("[crm-lean]" if path.suffix == ".conf" else "[callwright]") :]
        lines = [line.strip() for line in lean.split("\n[")[0].split("```")[0].splitlines() if "eventfilter(" in line]
        assert tuple(lines) == LEAN_FILTER, path
        assert f"\nread = {','.join(READ_CLASSES)}\n" in lean, path
        assert {*lean.split("\nwrite = ")[1].splitlines()[0].split(",")} == {*WRITE_CLASSES}, path


def test_every_scenario_has_its_recording_and_its_truth() -> None:
    traces = ROOT / "callwright" / "telephony" / "asterisk" / "tests" / "traces"
    told = (traces / "README.md").read_text()
    assert len(THEMES) == 9
    for name, scenario in ALL.items():
        assert f"**{name}**: {scenario.truth}" in told, name
        for kind in ("ami.txt", "lean.ami.txt", "cdr.csv", "cel.csv", "truth.json"):
            assert (traces / f"{name}.{kind}").exists(), (name, kind)


def test_messages_are_parsed_with_colons_in_values_and_empty_values() -> None:
    assert parse(b"Event: X\r\nAppData: a: b\r\nEmpty: \r\nBare:\r\n\r\n") == {
        "Event": "X", "AppData": "a: b", "Empty": "", "Bare": "",
    }  # fmt: skip


def test_no_host_of_the_outside_world_stands_in_the_pbx_files() -> None:
    for path in sorted([*Path(HERE).glob("*.sh"), *Path(HERE, "etc").iterdir()]):
        assert "http://" not in path.read_text(), path
        assert "https://" not in path.read_text(), path
