from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from callwright.kit.clock import format_duration, in_zones, local_day, viewer_zone

NOON = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(None, ""), (0, "0:00"), (9.99, "0:09"), (59, "0:59"), (60, "1:00"), (3599, "59:59"), (3600, "1:00:00"),
     (360_061, "100:01:01"), (-61, "−1:01"), (-0.5, "0:00"), (timedelta(seconds=83), "1:23")],
)  # fmt: skip
def test_durations(seconds: float | timedelta | None, shown: str) -> None:
    assert format_duration(seconds) == shown


def test_the_account_is_shown_only_where_its_clock_differs() -> None:
    assert in_zones(NOON, "Europe/Amsterdam").account is None
    assert in_zones(NOON, "Europe/Amsterdam", "Europe/Budapest").account is None
    there = in_zones(NOON, "Europe/Amsterdam", "America/New_York")
    assert there.viewer.hour == 14 and there.account is not None and there.account.hour == 8


def test_zones_that_differ_in_summer_only() -> None:
    winter = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
    assert in_zones(winter, "Europe/London", "Africa/Abidjan").account is None
    assert in_zones(NOON, "Europe/London", "Africa/Abidjan").account is not None


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        in_zones(datetime(2026, 1, 1), "UTC")


def test_local_day() -> None:
    assert local_day(datetime(2026, 7, 1, 22, 30, tzinfo=UTC), "Europe/Budapest") == date(2026, 7, 2)


@pytest.mark.parametrize("name", ["Europe/Amsterdam", "Etc/GMT+11", "Etc/GMT-3", "EST", "UTC"])
def test_the_viewers_zone_is_named_as_zones_are(name: str) -> None:
    with timezone.override(ZoneInfo(name)):
        assert ZoneInfo(viewer_zone()).key == name
