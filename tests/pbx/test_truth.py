"""What the product makes of a recording is what the phones themselves say happened: independent of all AMI messages."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from callwright.telephony.asterisk.tests.play import TRACES, calls_of, messages_of, translate
from callwright.telephony.events import LegKind, LegResult
from tests.pbx.scenarios import ALL

TOLERANCE_S = 0.8  # the recordings were made on a busy machine
_SAID = re.compile(r"^\+(?P<at>[0-9.]+) (?P<number>10[0-9]) (?P<what>rings|answers|dials (?:\*|701).*)$")
_SILENT = {
    LegResult.FORWARDED,
    LegResult.BUSY,
}  # phone 108 keeps no log; a phone with a call on its only line never rings


def happened(name: str) -> list[tuple[str, str, float]]:
    """(what, extension, seconds since the recording's start) as the phones told it; taking a call is "rings"."""
    lines = json.loads((TRACES / f"{name}.truth.json").read_text())["happened"]
    found = [match for line in lines if (match := _SAID.match(line))]
    return [(one["what"] if one["what"] == "answers" else "rings", one["number"], float(one["at"])) for one in found]


def started_at(path: Path) -> datetime:
    """When the recording began, by the PBX's clock."""
    first, *_ = path.read_text(errors="replace").split("\r\n\r\n")
    offset_s, stamp = float(first.splitlines()[0][3:]), re.search(r"^Timestamp: (\S+)", first, re.MULTILINE)
    assert stamp is not None
    return datetime.fromtimestamp(float(stamp[1]), UTC) - timedelta(seconds=offset_s)


@pytest.mark.parametrize("kind", ["", ".lean"])
@pytest.mark.parametrize("name", sorted(set(ALL) - {"wrong_extension"}))
def test_every_phone_that_rang_or_answered_is_a_leg_at_that_moment_and_there_is_no_other(name: str, kind: str) -> None:
    start = started_at(TRACES / f"{name}{kind}.ami.txt")
    legs = [
        (moment, leg, (at - start).total_seconds())
        for call in calls_of(translate(messages_of(name + kind)))
        for leg in call.legs
        for moment, at in (("rings", leg.rung_at), ("answers", leg.answered_at))
        if at is not None and leg.kind == LegKind.EXTENSION
    ]
    for what, extension, at_s in happened(name):
        fitting = [
            one for one in legs if (one[0], one[1].party) == (what, extension) and abs(one[2] - at_s) <= TOLERANCE_S
        ]
        assert fitting, f"{extension} {what} at +{at_s}, but the register has {legs}"
        legs.remove(fitting[0])
    assert [leg for what, leg, _ in legs if what == "rings" and leg.result not in _SILENT] == []


def test_a_number_that_does_not_exist_makes_no_call() -> None:
    assert translate(messages_of("wrong_extension")) == []
