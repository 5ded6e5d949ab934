"""Writes the traces' README from the scenarios and from what phones and clients did: python -m tests.pbx.truths"""

import json
from pathlib import Path

from tests.pbx.record import TRACES
from tests.pbx.scenarios import ALL

HEAD = """# What really happened

Recorded from a real Asterisk 22 with real SIP phones and a carrier. The sentence is the scenario's
(`tests/pbx/scenarios`); the seconds behind it are what the phones and the clients themselves did, counted from the
start of the recording, not taken from the messages. The PBX's clock is UTC. A client is 79161234567 where nothing else
is said; ...101 stands for 74951000101. "(a client will answer after 2 s)" announces what the called side is set to do.

| file | what |
|---|---|
| NAME.ami.txt | a user who sees everything (without TestEvent, VarSet, RTCP and, but for some, Newexten) |
| NAME.lean.ami.txt | a user with the filter of docs/asterisk.md |
| NAME.cdr.csv, NAME.cel.csv | the PBX's own records of the run; columns in docs/asterisk.md |
| NAME.truth.json | the sentence and the seconds, for machines; earlier.truth.json for the earlier recordings |
"""

DOUBTFUL = """
## Cases that could be seen either way

- **On hold during a consultation.** `hold_s` is the time the client heard music, whoever caused it: the agent's hold
  key, an order of ours, or the PBX, which holds the client from the moment the agent presses `*2` (or the program
  asks) until the two are joined, the agent is back, or the client hangs up. `talk_s` counts the time the client was
  connected to somebody, so music during a hold by the phone is in it and the consultation through the PBX is not: the
  client was connected to nobody. A parked call is not on hold; its parking place is a leg.
- **Anonymous callers.** "anonymous", "unknown", "private", "restricted" and an empty number are no number. A caller
  whose number the carrier hands over with a wish to withhold it (anonymous_privacy) is known to Asterisk and to us;
  only the dialplan line of docs/asterisk.md (anonymous_marked) makes the number go away before a phone shows it. We do
  not hide what the agent's own phone displays.
- **A killed PBX.** Nobody can know when the parties noticed. The call ends at the last moment at which the PBX was
  heard and is marked as not complete; no person hung up, so where the restart is seen it was the "system".
- **A restarted PBX** hangs up its calls itself: their end is exact, by "system".
- **CDR alone** does not tell who hung up; the hang-up side stays empty.
"""


def line(path: Path) -> str:
    told = json.loads(path.read_text())
    return f"- **{path.name.removesuffix('.truth.json')}**: {told['truth']}\n  `{'; '.join(told['happened'])}`"


def main() -> None:
    earlier = json.loads((TRACES / "earlier.truth.json").read_text())
    parts = [HEAD, "## Recorded by the scenarios\n"]
    parts += [line(TRACES / f"{name}.truth.json") for name in sorted(ALL)]
    parts += ["\n## Earlier recordings (full user only)\n"]
    parts += [f"- **{name}**: {told}" for name, told in earlier.items()]
    parts.append(DOUBTFUL.rstrip())
    (TRACES / "README.md").write_text("\n".join(parts) + "\n")


if __name__ == "__main__":
    main()
