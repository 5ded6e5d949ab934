"""One call as it is meant to go, decided before it starts: the same plan always plays the same way."""

from dataclasses import dataclass
from enum import StrEnum

from callwright.telephony.fake.house import Caller


class Kind(StrEnum):
    INBOUND = "inbound"  # a caller dials one of the house's lines
    OUTBOUND = "outbound"  # an extension dials an outside number
    INTERNAL = "internal"  # an extension dials an extension
    ORIGINATE = "originate"  # click to call: the PBX rings the extension first


class TransferKind(StrEnum):
    BLIND = "blind"
    ATTENDED = "attended"


@dataclass(frozen=True, slots=True)
class Transfer:
    """The agent transfers `after_s` into the talk; the new party answers after `answer_s` (None: never).

    Attended: the agent talks `consult_s` with the new party before hanging up.
    """

    kind: TransferKind
    to: str
    after_s: float = 2.0
    answer_s: float | None = 1.0
    consult_s: float = 2.0


@dataclass(frozen=True, slots=True)
class Hold:
    after_s: float
    for_s: float


REFERENCE_CALLER = Caller("79161234567", "79161234567")


@dataclass(frozen=True, slots=True)
class CallPlan:
    """`at_s` is the start after the scenario's start; times count from ringing (answer) or from the talk's start.

    `answer_s` None: nobody picks up by itself. `answered_by` names the queue member who does (default: the first
    that rings). `patience_s` None: the caller waits as long as the PBX lets him. `hangup_by` is caller or agent.
    """

    kind: Kind
    dialled: str
    at_s: float = 0.0
    caller: Caller = REFERENCE_CALLER
    extension: str = ""
    answer_s: float | None = 1.0
    answered_by: str = ""
    busy: bool = False
    patience_s: float | None = None
    talk_s: float | None = 5.0
    hangup_by: str = "caller"
    holds: tuple[Hold, ...] = ()
    transfers: tuple[Transfer, ...] = ()
