"""Whatever a PBX or its link says is worded for people."""

from callwright.telephony.asterisk.client import Problem
from callwright.telephony.asterisk.commands import Refusal
from callwright.telephony.link.commands import _CODES
from callwright.telephony.problems import PROBLEMS, REFUSALS


def test_every_reason_of_a_refused_order_is_worded() -> None:
    codes = {_CODES.get(refusal, str(refusal)) for refusal in Refusal}
    codes |= {"not_linked", "silent", "expired", "no_commands", "disabled", "not_simulated"}
    assert codes - REFUSALS.keys() == set()


def test_every_problem_of_a_link_is_worded() -> None:
    assert {str(problem) for problem in Problem} - PROBLEMS.keys() == set()
