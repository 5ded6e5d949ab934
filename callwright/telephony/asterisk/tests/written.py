"""A call written out as lines of words, for comparison with what is expected of a recording."""

from datetime import datetime

from callwright.calls.projection import CallView


def written(call: CallView) -> list[str]:
    """One line for the call, one for each leg; seconds count from the start of the call."""

    def after(moment: datetime | None) -> str:
        return "-" if moment is None else f"{(moment - call.started_at).total_seconds():.2f}"

    line = [call.direction, call.status, f"{call.from_number} > {call.to_number}", f"ended {after(call.ended_at)}"]
    line.append(f"by {call.hangup_by}")
    line += [f"talk {after(start)} {after(end)}" for start, end in call.talks]
    line += [f"queue {queue} {after(joined)} {after(left)}" for queue, joined, left in call.queue_visits]
    line += [f"given {transfer.kind} {transfer.to} {after(transfer.at)}" for transfer in call.transfers]
    line += [f"hold {call.hold_s}"] if call.hold_s else []
    line += [f"answered-by {call.answered_by}"] if call.answered_by else []
    legs = [
        f"  {leg.kind} {leg.party} {leg.result} {after(leg.rung_at)} {after(leg.answered_at)} {after(leg.ended_at)}"
        for leg in call.legs
    ]
    return [" ".join(line), *legs]


def same(found: str, expected: str, tolerance_s: float) -> bool:
    """Whether two lines say the same; numbers with a decimal point may differ by the tolerance."""
    words, wanted = found.split(), expected.split()
    return len(words) == len(wanted) and all(_same_word(a, b, tolerance_s) for a, b in zip(words, wanted, strict=True))


def _same_word(found: str, wanted: str, tolerance_s: float) -> bool:
    if "." in found and "." in wanted:
        return abs(float(found) - float(wanted)) <= tolerance_s
    return found == wanted
