"""What is done each second about calls that last too long (CALL-7)."""

from datetime import datetime

from callwright.calls.operations.too_long_flags import database_now, flag_live_calls, judge_ended_calls
from callwright.calls.operations.too_long_telling import tell_reviewers


def watch_talk_times(_now: datetime) -> None:
    """Flags live calls, judges those that ended, and tells reviewers. By the database's clock: workers may stand on
    machines whose clocks differ, and all must find the same.
    """
    now = database_now()
    flag_live_calls(now=now)
    judge_ended_calls(now=now)
    tell_reviewers(now=now)
