"""The scenarios that the fake PBX can simulate, in its own terms, as the phones of the real one played them."""

from dataclasses import replace

from callwright.telephony.fake import FakePbx
from callwright.telephony.fake.house import REFERENCE_HOUSE, Caller
from callwright.telephony.fake.plan import CallPlan, Hold, Kind, Transfer, TransferKind
from tests.link.contract.kept import Reader
from tests.link.rig import config_for, linked, worked_off

IN, OUT, INSIDE, CLICK = Kind.INBOUND, Kind.OUTBOUND, Kind.INTERNAL, Kind.ORIGINATE
BLIND, ATTENDED = TransferKind.BLIND, TransferKind.ATTENDED
DIRECT, QUEUE, CLIENT = "74951000101", "74951000100", "79165550000"
HOUSE = replace(REFERENCE_HOUSE, extensions=tuple(replace(one, registered=True) for one in REFERENCE_HOUSE.extensions))


def shown(number: str, name: str = "") -> CallPlan:
    return CallPlan(IN, DIRECT, caller=Caller(number, name or number), answer_s=0.5, talk_s=2.0)


PLANS: dict[str, CallPlan] = {
    "direct_agent_hangs_up": CallPlan(IN, DIRECT, talk_s=4.0, hangup_by="agent"),
    "direct_caller_gives_up": CallPlan(IN, DIRECT, answer_s=None, patience_s=3.0),
    "direct_unanswered": CallPlan(IN, DIRECT, answer_s=None),
    "direct_refused": CallPlan(IN, DIRECT, busy=True),
    "queue_caller_hangs_up": CallPlan(IN, QUEUE, answer_s=3.0, talk_s=5.0),
    "queue_agent_hangs_up": CallPlan(IN, QUEUE, answered_by="102", talk_s=4.0, hangup_by="agent"),
    "queue_caller_gives_up": CallPlan(IN, QUEUE, answer_s=None, patience_s=4.0),
    "queue_timed_out": CallPlan(IN, QUEUE, answer_s=None),
    "blind_refer": CallPlan(IN, DIRECT, talk_s=7.0, transfers=(Transfer(BLIND, "102"),)),
    "blind_no_answer": CallPlan(IN, DIRECT, transfers=(Transfer(BLIND, "102", answer_s=None),)),
    "two_blind_transfers": CallPlan(IN, DIRECT, talk_s=9.0, transfers=(Transfer(BLIND, "102"), Transfer(BLIND, "103"))),
    "attended_ami": CallPlan(IN, DIRECT, talk_s=10.5, transfers=(Transfer(ATTENDED, "102"),)),
    "hold_unhold": CallPlan(IN, DIRECT, talk_s=7.0, hangup_by="agent", holds=(Hold(2.0, 3.0),)),
    "forward_outside": CallPlan(IN, "74951000109", answer_s=2.0, talk_s=5.0),
    "internal_answered": CallPlan(INSIDE, "102", extension="101", talk_s=4.0),
    "internal_unanswered": CallPlan(INSIDE, "102", extension="101", answer_s=None, patience_s=3.0),
    "outbound_answered": CallPlan(OUT, CLIENT, extension="101", answer_s=2.0, talk_s=4.0, hangup_by="agent"),
    "outbound_client_hangs_up": CallPlan(OUT, CLIENT, extension="101", answer_s=2.0, talk_s=4.0),
    "outbound_busy": CallPlan(OUT, CLIENT, extension="101", answer_s=0.0, busy=True),
    "outbound_cancelled": CallPlan(OUT, CLIENT, extension="101", answer_s=None, patience_s=3.3),
    "outbound_no_answer": CallPlan(OUT, CLIENT, extension="101", answer_s=None),
    "click_to_call_answered": CallPlan(CLICK, CLIENT, extension="101", answer_s=2.0, talk_s=4.0, hangup_by="agent"),
    "click_to_call_client_hangs_up": CallPlan(CLICK, CLIENT, extension="101", answer_s=2.0, talk_s=4.0),
    "anonymous_display": CallPlan(IN, DIRECT, caller=Caller(None), answer_s=0.5, talk_s=2.0),
    "number_local": shown("89161234567"),
    "number_plus": shown("+31201234567"),
    "number_zerozero": shown("0031201234567"),
    "name_cyrillic": shown("79161234567", "Ольга"),
    "name_arabic": shown("+966501234567", "ليلى"),
}


async def simulate_all() -> dict[str, list[list[str]]]:
    """What the register kept of each plan, played one after the other."""
    async with FakePbx(house=HOUSE, speed=None) as pbx, linked(await config_for(pbx, slug="fake")) as link:
        pbx.exchange.consult_ring_s = 6.0  # atxfernoanswertimeout of the real one
        reader, kept = Reader("fake"), {}
        for name, plan in PLANS.items():
            pbx.place(plan)
            await pbx.until_quiet()
            await worked_off(link)
            kept[name] = await reader.new()
        return kept
