"""The same calls on the fake PBX and on real Asterisks with real phones: the register keeps the same of them
(CALL-1, CALL-2, CALL-3, CALL-12, CALL-15).
"""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from tests.link.contract.kept import EXPECTED, alike
from tests.link.contract.real import Outcome, play_all
from tests.link.contract.simulated import PLANS, simulate_all
from tests.pbx.fixtures import new_pbx

# On a machine that is busy with other tests, phones and clients are late by so much.
REAL_S, SIMULATED_S = 1.5, 0.6
SIDE_BY_SIDE = 5

ON_ASTERISK = (
    "attended_feature_code", "attended_refer", "attended_refer_while_ringing", "attended_caller_hangs_up",
    "attended_aborted", "attended_ami", "pickup_group", "pickup_directed", "pickup_from_queue", "ring_all_answered",
    "ring_all_nobody", "parked_retrieved", "parked_caller_hangs_up", "forward_busy", "forward_outside",
    "voicemail_left", "two_blind_transfers", "blind_refer", "conference_of_three", "menu_then_queue",
    "internal_answered", "internal_unanswered", "anonymous_display", "anonymous_marked", "number_local",
    "number_plus", "number_zerozero", "outbound_local_notation", "name_cyrillic", "name_arabic", "name_accents",
    "queue_caller_gives_up", "queue_agent_hangs_up", "queue_agent_busy", "hold_unhold", "outbound_answered",
    "outbound_busy", "direct_agent_hangs_up", "direct_refused", "direct_caller_gives_up",
)  # fmt: skip


def compare(found: list[list[str]], wanted: list[str], tolerance_s: float, told: str) -> None:
    """The same calls, in whatever order they began; a call's lines are its own and its legs'."""
    calls: list[list[str]] = []
    for line in wanted:
        if line.startswith(" "):
            calls[-1].append(line)
        else:
            calls.append([line])
    kept = [line for call in found for line in call]
    message = "\n".join(["kept:", *kept, "expected:", *wanted, "happened:", told])
    assert len(found) == len(calls), message
    for one in found:
        fitting = [call for call in calls if alike(one, call, tolerance_s)]
        assert fitting, message
        calls.remove(fitting[0])


@pytest.fixture(scope="module")
def register(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[None]:
    """An empty register for all tests of this file, as they read it once."""
    home, settings.HOME = settings.HOME, tmp_path_factory.mktemp("home")
    with django_db_blocker.unblock():
        yield
        call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=False)
        connections.close_all()
    settings.HOME = home


@pytest.fixture(scope="module")
def real(register: None) -> dict[str, Outcome]:
    """All scenarios, played at once on several PBXs that are linked to one register."""
    pbxs = [new_pbx() for _ in range(SIDE_BY_SIDE)]
    return asyncio.run(play_all(pbxs, list(ON_ASTERISK), Path(tempfile.mkdtemp(prefix="callwright-rig-"))))


@pytest.fixture(scope="module")
def simulated(register: None) -> dict[str, list[list[str]]]:
    return asyncio.run(simulate_all())


@pytest.mark.asterisk
@pytest.mark.xdist_group("contract")
@pytest.mark.parametrize("name", ON_ASTERISK)
def test_a_real_pbx(name: str, real: dict[str, Outcome]) -> None:
    told = "\n".join(real[name].happened)
    assert not real[name].failure, f"{real[name].failure}\n{told}"
    compare(real[name].calls, EXPECTED[name], REAL_S, told)


@pytest.mark.xdist_group("contract")
@pytest.mark.parametrize("name", PLANS)
def test_the_fake_pbx(name: str, simulated: dict[str, list[list[str]]]) -> None:
    compare(simulated[name], EXPECTED[name], SIMULATED_S, "")
