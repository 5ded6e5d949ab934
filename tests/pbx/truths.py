"""Writes the traces' README from the scenarios and from what phones and clients did: python -m tests.pbx.truths"""

import json
from pathlib import Path

from tests.pbx.record import TRACES
from tests.pbx.scenarios import ALL

EARLIER = {
    "blind_transfer_ami": "Client 79161234567 calls 101, who answers after 1 s; 2 s later the program transfers to 102 (AMI "
    "BlindTransfer on 101's channel); 102 answers after 1 s; the client hangs up after 12 s of answered call.",
    "blind_transfer_external": "Client calls 101, who answers after 1 s and 3 s later transfers blind to the mobile 79990001122 "
    "outside (REFER), which rings 2 s and answers; the client hangs up after 12 s of answered call.",
    "click_to_dial": "The program calls 101 (Originate), who answers after 1 s; 79165550000 is dialled, rings 2 s, answers; 101 "
    "hangs up 7 s after its own answer.",
    "click_to_dial_agent_no_answer": "The program calls 101 (Originate), which rings 4 s unanswered; no client is dialled.",
    "direct_answered": "Client calls 101, who answers after 1 s; the client hangs up after 5 s of talk.",
    "direct_busy": "Client calls 101, who refuses as busy after 1 s.",
    "direct_missed": "Client calls 101, which rings 8 s unanswered.",
    "direct_unregistered": "Client calls 103, whose phone is not registered; nothing rings.",
    "internal_call": "101 calls 102, who answers after 1 s; 102 hangs up after 2 s of talk.",
    "outbound_phone": "101 dials 79165550000, which rings 2 s and answers; 101 hangs up after 5 s of talk.",
    "queue_abandoned": "Client calls the queue \"support\": 101 and 102 ring; the client gives up after 6 s.",
    "queue_answered": "Client calls the queue \"support\": 101 and 102 ring, 101 answers after 3 s; the client hangs up after 5 s "
    "of talk.",
    "queue_timeout": "Client calls the queue \"support\": 101 and 102 ring, nobody answers for 20 s, the PBX hangs up.",
}  # fmt: skip
HEAD = """# What really happened

Recorded from a real Asterisk 22 with real SIP phones and a carrier. The sentence is the scenario's (`tests/pbx/scenarios`); the
seconds behind it are what the phones and the clients themselves did, counted from the start of the recording, not taken from the
messages. The PBX's clock is UTC. A client is 79161234567 where nothing else is said; ...101 stands for 74951000101.

| file | what |
|---|---|
| NAME.ami.txt | a user who sees everything (without TestEvent, VarSet, RTCP and, but for some, Newexten) |
| NAME.lean.ami.txt | a user with the filter of docs/asterisk.md |
| NAME.cdr.csv, NAME.cel.csv | the PBX's own records of the run; columns in docs/asterisk.md |
| NAME.truth.json | the sentence and the seconds, for machines |
"""


def line(path: Path) -> str:
    told = json.loads(path.read_text())
    return f"- **{path.name.removesuffix('.truth.json')}**: {told['truth']}\n  `{'; '.join(told['happened'])}`"


def main() -> None:
    parts = [HEAD, "## Recorded by the scenarios\n"]
    parts += [line(TRACES / f"{name}.truth.json") for name in sorted(ALL)]
    parts += [
        "\n## Earlier recordings (full user only)\n",
        *(f"- **{name}**: {told}" for name, told in EARLIER.items()),
    ]
    (TRACES / "README.md").write_text("\n".join(parts) + "\n")


if __name__ == "__main__":
    main()
