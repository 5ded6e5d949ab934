"""What the facts of a call say of its recordings (CALL-9)."""

from datetime import UTC, datetime, timedelta

from callwright.calls.projection import project
from callwright.calls.rules import fold
from callwright.telephony import events as e

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
CALL = {"pbx": "main", "call": "7"}


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def events() -> list[e.CallEvent]:
    return [
        e.CallStarted(**CALL, at=at(0), direction=e.Direction.INBOUND, from_number="0612345678"),
        e.RecordingStarted(**CALL, at=at(2), recording="7", file="/m/a.wav"),
        e.RecordingPaused(**CALL, at=at(10), recording="7"),
        e.RecordingResumed(**CALL, at=at(15), recording="7"),
        e.RecordingStopped(**CALL, at=at(20), recording="7"),
        e.RecordingStarted(**CALL, at=at(30), recording="7", file="/m/b.wav"),
        e.RecordingPaused(**CALL, at=at(35), recording="7"),
        e.CallEnded(**CALL, at=at(40)),
    ]


def test_each_file_has_its_times_and_its_pauses_in_any_order_and_any_number() -> None:
    told = events()
    view = project(fold(told))
    assert view == project(fold([*reversed(told), *told]))
    first, second = view.recordings
    assert (first.file, first.started_at, first.ended_at, first.pauses) == (
        "/m/a.wav", at(2), at(20), ((at(10), at(15)),),
    )  # fmt: skip
    assert (second.file, second.ended_at, second.pauses) == ("/m/b.wav", at(40), ((at(35), at(40)),))


def test_while_the_call_goes_on_a_pause_is_open() -> None:
    view = project(fold(events()[:3]))
    assert view.recordings[0].paused_since == at(10)
    assert view.recordings[0].ended_at is None


def test_a_consultation_that_became_part_of_the_call_brings_its_recording() -> None:
    from callwright.calls.rules import absorb

    main = fold(events())
    other = fold([
        e.CallStarted(pbx="main", call="8", at=at(12), direction=e.Direction.INTERNAL, from_number="201"),
        e.RecordingStarted(pbx="main", call="8", at=at(13), recording="8", file="/m/c.wav"),
    ])  # fmt: skip
    absorb(main, other)
    assert [one.file for one in project(main).recordings] == ["/m/a.wav", "/m/c.wav", "/m/b.wav"]
