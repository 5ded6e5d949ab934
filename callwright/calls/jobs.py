"""Background work of the register."""

from datetime import UTC, datetime

from django.utils import timezone
from procrastinate.contrib.django import app

from callwright.calls.operations.ensure_partitions import ensure_partitions, following, month_of

MONTHS_AHEAD = 3


def make_partitions_ahead(now: datetime) -> None:
    """The partitions of this month and of the three after it: no call waits for its table."""
    months = [month_of(now)]
    for _ in range(MONTHS_AHEAD):
        months.append(following(months[-1]))
    ensure_partitions(months)


@app.periodic(cron="17 3 * * *")
@app.task(name="calls.partitions_ahead", queueing_lock="calls.partitions_ahead", pass_context=False)
def partitions_ahead(timestamp: int) -> None:
    make_partitions_ahead(max(timezone.now(), datetime.fromtimestamp(timestamp, tz=UTC)))
