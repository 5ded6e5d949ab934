"""The path of a call through its parties, drawn as a time line with its table (CALL-1)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.html import format_html
from django.utils.translation import gettext as _

from callwright.calls.models import Call
from callwright.calls.projection import CallView, Interval, LegView
from callwright.calls.queries.call_page import CallPath
from callwright.calls.views.wording import LEG_RESULTS
from callwright.kit.clock import format_duration
from callwright.kit.phone_numbers import format_number
from callwright.kit.timeline import Bar, Span, place_spans
from callwright.telephony.events import LegKind, TransferKind

MARKS = 5
ICONS = {
    LegKind.EXTENSION: "headset",
    LegKind.NUMBER: "phone",
    LegKind.VOICEMAIL: "record-mail",
    LegKind.CONFERENCE: "users",
    LegKind.PARKING: "player-pause",
}


@dataclass(frozen=True, slots=True)
class PathRow:
    """One party or queue on the time line, and in the table."""

    icon: str
    label: str
    what: str
    note: str
    bars: list[Bar]
    begins_at: datetime
    answered_at: datetime | None
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Turn:
    """A transfer: `at` percent of the axis."""

    at: float
    moment: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Path:
    rows: list[PathRow]
    turns: list[Turn]
    scale: list[str]


def drawn_path(call: Call, path: CallPath, now: datetime) -> Path | None:
    """The time line of a call from its start to its end, or to `now` while it goes on; None when nothing is known."""
    view = path.view
    if view is None:
        return None
    end = max([view.ended_at or now, view.started_at + timedelta(seconds=1)])
    rows = [_caller_row(call, view, end), *_queue_rows(call, view, end)]
    rows += [_leg_row(leg, view, path.employees.get(leg.party, ""), call, end) for leg in view.legs]
    length = (end - view.started_at).total_seconds()
    scale = [format_duration(length * mark / (MARKS - 1)) for mark in range(MARKS)] if length >= MARKS else []
    return Path(rows, list(_turns(call, view, end)), scale)


def _caller_row(call: Call, view: CallView, end: datetime) -> PathRow:
    """Who called: waiting until the first talk, then talking."""
    talks = _with_open(list(view.talks), view.talking_since, end)
    waited_until = talks[0][0] if talks else end
    spans = [Span(view.started_at, waited_until, "neutral", waiting=True)]
    spans += [Span(start, stop, "accent") for start, stop in talks]
    icon, label, note = _caller_words(call)
    if not talks:
        what = _("Not connected")
    else:
        what = _("Talked %(talk)s") % {"talk": format_duration(sum((b - a).total_seconds() for a, b in talks))}
    return PathRow(
        icon, label, what, note, place_spans(spans, view.started_at, end),
        view.started_at, view.answered_at, view.ended_at,
    )  # fmt: skip


def _caller_words(call: Call) -> tuple[str, str, str]:
    """Icon, name and part of the one who called."""
    if call.direction == "inbound":
        number = format_number(call.from_number, call.account.home_country)
        return "phone-incoming", number or _("Number withheld"), _("caller")
    return "phone-outgoing", call.extension or call.from_number or _("Our side"), _("called")


def _queue_rows(call: Call, view: CallView, end: datetime) -> Iterator[PathRow]:
    for name, joined, left in view.queue_visits:
        queue = str(call.queue) if call.queue is not None and call.queue.name == name else name
        what = _("Waited %(wait)s") % {"wait": format_duration((left - joined).total_seconds())}
        bars = place_spans([Span(joined, left, "yellow", waiting=True)], view.started_at, end)
        yield PathRow("hourglass", queue, what, _("queue"), bars, joined, None, left)


def _leg_row(leg: LegView, view: CallView, employee: str, call: Call, end: datetime) -> PathRow:
    stop = leg.ended_at or end
    spans = [Span(leg.rung_at, leg.answered_at or stop, "blue", waiting=True)]
    if leg.answered_at is not None:
        spans.append(Span(leg.answered_at, stop, "accent"))
        spans += [Span(start, until, "yellow") for start, until in leg.holds]
    shown = leg.party if leg.kind == LegKind.EXTENSION else format_number(leg.party, call.account.home_country)
    if leg.answered_at is not None:
        what = _("Connected %(talk)s") % {"talk": format_duration((stop - leg.answered_at).total_seconds())}
    elif leg.result is None:
        what = _("Ringing")
    else:
        what = str(LEG_RESULTS.get(leg.result, leg.result))
    held = sum((until - start).total_seconds() for start, until in leg.holds)
    note = _("on hold %(hold)s") % {"hold": format_duration(held)} if held else ""
    return PathRow(
        ICONS.get(leg.kind, "phone"), _party_words(str(shown), employee), what, note,
        place_spans(spans, view.started_at, end), leg.rung_at, leg.answered_at, leg.ended_at,
    )  # fmt: skip


def _party_words(shown: str, employee: str) -> str:
    """A number with its employee, each in its own direction: a name in Arabic must not carry the number round."""
    return format_html("{} · <bdi>{}</bdi>", shown, employee) if employee else shown


def _turns(call: Call, view: CallView, end: datetime) -> Iterator[Turn]:
    """Where the call was handed over."""
    length = (end - view.started_at).total_seconds()
    for transfer in view.transfers:
        to = format_number(transfer.to, call.account.home_country)
        match transfer.kind:
            case TransferKind.BLIND:
                text = _("Transferred to %(to)s without announcing it") % {"to": to}
            case TransferKind.ATTENDED:
                text = _("Transferred to %(to)s after asking") % {"to": to}
            case TransferKind.FORWARD:
                text = _("Forwarded to %(to)s") % {"to": to}
            case TransferKind.PICKUP:
                text = _("Picked up by %(to)s") % {"to": to}
            case _:
                text = _("Parked at %(to)s") % {"to": to}
        at = (transfer.at - view.started_at).total_seconds() / length * 100
        yield Turn(round(min(max(at, 0), 100), 2), transfer.at, text)


def _with_open(talks: list[Interval], since: datetime | None, end: datetime) -> list[Interval]:
    return [*talks, (since, end)] if since is not None and since < end else talks
