"""`callwright totals`: compares the totals kept beside the calls with the calls, or adds them up anew."""

import argparse
import sys
from datetime import date, timedelta
from typing import TYPE_CHECKING

from callwright.config.commands.migrate import migrations_due
from callwright.config.database import database
from callwright.config.failure import CommandFailed

if TYPE_CHECKING:
    from callwright.calls.queries.rollup import Difference

_SHOWN = 50


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--rebuild", action="store_true", help="add them up anew from the calls; else they are compared"
    )
    parser.add_argument("--from", dest="first", type=_day, metavar="DAY", help="from the month of this day, YYYY-MM-DD")
    parser.add_argument("--to", dest="last", type=_day, metavar="DAY", help="to the month of this day")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a day as YYYY-MM-DD") from None


def run(arguments: argparse.Namespace) -> int:
    """Exit code 1 when totals are wrong."""
    with database():
        from callwright.calls.operations.rollup_days import rebuild
        from callwright.calls.queries.rollup import days_with_calls

        if migrations_due():
            raise CommandFailed("The tables are not up to date: run 'callwright migrate' first.")
        span = days_with_calls()
        if span is None:
            print("There are no calls yet.")  # noqa: T201
            return 0
        first, last = arguments.first or span[0], arguments.last or span[1]
        if arguments.rebuild:
            rebuild(first.replace(day=1), _end_of_month(last))
            _rebuild_reports(first.replace(day=1), _end_of_month(last))
            print(f"The totals from {first:%Y-%m} to {last:%Y-%m} were added up anew.")  # noqa: T201
            return 0
        found = _differences(first, last)
    for line in found[:_SHOWN]:
        sys.stdout.write(line)
    if found:
        raise CommandFailed(f"{len(found)} totals are not those of the calls. Run 'callwright totals --rebuild'.")
    print(f"The totals from {first:%Y-%m} to {last:%Y-%m} are those of the calls.")  # noqa: T201
    return 0


def _differences(first: date, last: date) -> list[str]:
    """A line for each."""
    from django.utils import timezone

    from callwright.calls.operations.rollup_days import add_up_dirty_days
    from callwright.calls.operations.rollup_hours import count_quarters
    from callwright.calls.queries.rollup import differences
    from callwright.calls.queries.rollup_quarters import quarter_differences
    from callwright.registration.operations.rebuild_quality import quality_differences

    for _ in range(3):  # calls that end meanwhile are no difference
        add_up_dirty_days(timezone.now())
        count_quarters(timezone.now())
        found = list(differences(first, last))
        told = {(one.account_id, one.day) for one in found}
        found += [one for one in quarter_differences(first, last) if (one.account_id, one.day) not in told]
        if not found:
            break
    of_quality = (
        f"{day} account {account_id}: who was asked to register, and did, is not added up as it is written down\n"
        for account_id, day in quality_differences(first, last)
    )
    return [*map(_line, found), *of_quality]


def _rebuild_reports(first: date, last: date) -> None:
    """What reports have beside the calls, and the sums above it."""
    from django.utils import timezone

    from callwright.calls.operations.rollup_again import look_who_called_again
    from callwright.calls.operations.rollup_hours import keep_sums_of_calls
    from callwright.registration.operations.add_up_quality import keep_sums_of_quality
    from callwright.registration.operations.rebuild_quality import rebuild_quality
    from callwright.registration.operations.rollup_topics import keep_sums_of_topics, rebuild_topics
    from callwright.staff.operations.add_up_times import add_up_times, rebuild_times

    now = timezone.now()
    rebuild_topics(first, last)
    rebuild_quality(first, last)
    rebuild_times(first)
    for work in (
        keep_sums_of_calls, look_who_called_again, keep_sums_of_topics, keep_sums_of_quality, add_up_times,
    ):  # fmt: skip
        work(now)


def _end_of_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1) - timedelta(days=1)


def _line(one: "Difference") -> str:
    of = "all accounts" if one.account_id is None else f"account {one.account_id}"
    span = f"{one.day:%Y-%m}" if "month" in one.kind else f"{one.day}"
    return (
        f"{span} {of}: {one.calls_kept} calls, {one.talk_kept_s} s of talk in the totals,"
        f" {one.calls_true} calls, {one.talk_true_s} s in the register\n"
    )
