"""What happened in each recorded scenario is what the register will say, with all events and with the lean filter."""

import json
import re
from pathlib import Path

import pytest

from callwright.telephony.asterisk.tests.play import CONFIG, TRACES, calls_of, messages_of, translate
from callwright.telephony.asterisk.tests.written import same, written
from callwright.telephony.asterisk.translate import Translator

TOLERANCE_S = 0.1
# what phones and clients noted of themselves lies up to this far from what the PBX says
HEARSAY_S = 0.4
# recorded without Newexten, so nothing in the full trace tells of the mailbox
ONLY_LEAN = {"voicemail_hung_up"}


def expectations() -> dict[str, list[str]]:
    """Read from expected_calls.txt, which was written from the truth noted beside the recordings."""
    found: dict[str, list[str]] = {}
    for line in (Path(__file__).parent / "expected_calls.txt").read_text().splitlines():
        if line.startswith("## "):
            found[line[3:]] = []
        elif line.strip():
            found[list(found)[-1]].append(line)
    return found


EXPECTED = expectations()
CASES = [
    (name, kind) for name in EXPECTED for kind in ("", ".lean") if kind or name not in ONLY_LEAN
]  # fmt: skip


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_a_scenario_gives_the_calls_that_were_made(name: str, kind: str) -> None:
    lines = [line for call in calls_of(translate(messages_of(name + kind))) for line in written(call)]
    assert len(lines) == len(EXPECTED[name]), lines
    for line, expected in zip(lines, EXPECTED[name], strict=True):
        assert same(line, expected, TOLERANCE_S), f"{line}\n{expected}"


def test_every_recording_has_an_expectation() -> None:
    recorded = {path.name.removesuffix(".truth.json") for path in TRACES.glob("*.truth.json")} - {"earlier"}
    assert recorded == set(EXPECTED)


def happenings(name: str, what: str) -> list[tuple[str, float]]:
    """(extension, seconds) of all lines like "+2.1 102 answers" that the phones noted."""
    truth = json.loads((TRACES / f"{name}.truth.json").read_text())
    found = [re.fullmatch(rf"\+([\d.]+) (\d{{3}}) {what}", line) for line in truth["happened"]]
    return [(match[2], float(match[1])) for match in found if match]


@pytest.mark.parametrize("name", [name for name, lines in EXPECTED.items() if lines])
def test_legs_ring_and_answer_when_the_phones_say_so(name: str) -> None:
    calls = calls_of(translate(messages_of(name + ".lean")))
    legs = [leg for call in calls for leg in call.legs if leg.kind == "extension"]
    rung = {(leg.party, leg.rung_at) for leg in legs}
    heard = happenings(name, "rings")
    assert {extension for extension, _ in heard} <= {party for party, _ in rung}
    if not heard:
        return
    first = min((at for party, at in rung if party == heard[0][0]))
    for what, times in (("rings", rung), ("answers", {(leg.party, leg.answered_at) for leg in legs})):
        for extension, seconds in happenings(name, what):
            offsets = [(at - first).total_seconds() for party, at in times if party == extension and at]
            assert any(abs(offset - (seconds - heard[0][1])) <= HEARSAY_S for offset in offsets), (extension, what)


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_nothing_is_remembered_of_ended_calls(name: str, kind: str) -> None:
    translator = Translator("main", CONFIG)
    translate(messages_of(name + kind), translator)
    assert not any(translator.sizes().values())
