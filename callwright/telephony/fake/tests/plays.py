"""One plan for each recorded scenario: what the real phones did when the trace was made."""

from dataclasses import replace

from callwright.telephony.fake.house import REFERENCE_HOUSE, House
from callwright.telephony.fake.plan import CallPlan, Hold, Kind, Transfer, TransferKind

IN, OUT, INSIDE, CLICK = Kind.INBOUND, Kind.OUTBOUND, Kind.INTERNAL, Kind.ORIGINATE
BLIND, ATTENDED = TransferKind.BLIND, TransferKind.ATTENDED
DIRECT, QUEUE, CLIENT = "74951000101", "74951000100", "79165550000"

CONSULT_RING_S = 6.0
"""atxfernoanswertimeout of the real PBX."""

PLAYS: dict[str, CallPlan] = {
    "queue_answered": CallPlan(IN, QUEUE, answer_s=3.0, talk_s=5.0),
    "queue_abandoned": CallPlan(IN, QUEUE, answer_s=None, patience_s=6.0),
    "queue_timeout": CallPlan(IN, QUEUE, answer_s=None),
    "direct_answered": CallPlan(IN, DIRECT, answer_s=1.0, talk_s=5.0),
    "direct_agent_hangs_up": CallPlan(IN, DIRECT, answer_s=1.0, talk_s=4.0, hangup_by="agent"),
    "direct_caller_gives_up": CallPlan(IN, DIRECT, answer_s=None, patience_s=3.0),
    "direct_missed": CallPlan(IN, DIRECT, answer_s=None),
    "direct_busy": CallPlan(IN, DIRECT, answer_s=1.0, busy=True),
    "direct_unregistered": CallPlan(IN, "74951000103"),
    "internal_call": CallPlan(INSIDE, "102", extension="101", talk_s=2.0, hangup_by="agent"),
    "internal_unanswered": CallPlan(INSIDE, "102", extension="101", answer_s=None, patience_s=3.0),
    "outbound_phone": CallPlan(OUT, CLIENT, extension="101", answer_s=2.0, talk_s=5.0, hangup_by="agent"),
    "click_to_dial": CallPlan(CLICK, CLIENT, extension="101", answer_s=2.0, talk_s=5.0, hangup_by="agent"),
    "blind_transfer_ami": CallPlan(IN, DIRECT, talk_s=9.0, transfers=(Transfer(BLIND, "102", after_s=2.0),)),
    "blind_transfer_external": CallPlan(
        IN, DIRECT, talk_s=7.0, transfers=(Transfer(BLIND, "79990001122", after_s=3.0, answer_s=2.0),)
    ),
    "attended_ami": CallPlan(
        IN, DIRECT, talk_s=10.0, transfers=(Transfer(ATTENDED, "102", after_s=2.0, consult_s=2.0),)
    ),
    "attended_no_answer": CallPlan(
        IN, DIRECT, talk_s=9.0, transfers=(Transfer(ATTENDED, "102", after_s=4.5, answer_s=None),)
    ),
    "hold_unhold": CallPlan(IN, DIRECT, talk_s=7.0, hangup_by="agent", holds=(Hold(2.0, 3.0),)),
    "queue_agent_hangs_up": CallPlan(IN, QUEUE, answered_by="102", talk_s=4.0, hangup_by="agent"),
    "queue_caller_hangs_up": CallPlan(IN, QUEUE, answer_s=3.0, talk_s=5.0),
    "blind_no_answer": CallPlan(IN, DIRECT, transfers=(Transfer(BLIND, "102", after_s=2.0, answer_s=None),)),
    "outbound_answered": CallPlan(OUT, CLIENT, extension="101", answer_s=2.0, talk_s=5.0, hangup_by="agent"),
    "outbound_no_answer": CallPlan(OUT, CLIENT, extension="101", answer_s=None),
    "outbound_cancelled": CallPlan(OUT, CLIENT, extension="101", answer_s=None, patience_s=3.0),
    "click_to_call_no_answer": CallPlan(CLICK, CLIENT, extension="101", answer_s=None, patience_s=4.0),
    "two_blind_transfers": CallPlan(
        IN, DIRECT, talk_s=8.0, transfers=(Transfer(BLIND, "102", after_s=2.0), Transfer(BLIND, "103", after_s=2.0))
    ),
}

WITH_103 = replace(
    REFERENCE_HOUSE,
    extensions=tuple(replace(e, registered=True) for e in REFERENCE_HOUSE.extensions),
)


def house_of(name: str) -> House:
    """In most recordings phone 103 is not registered."""
    return WITH_103 if name == "two_blind_transfers" else REFERENCE_HOUSE
