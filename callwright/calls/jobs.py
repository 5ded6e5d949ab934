"""Background work of the register."""

from datetime import UTC, datetime
from uuid import UUID

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from callwright.calls.operations.ensure_partitions import ensure_partitions, following, month_of
from callwright.calls.operations.export_calls import StillBeingMade, make_export
from callwright.calls.operations.export_expiry import expire_exports
from callwright.calls.operations.retention_run import run_retention

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


# A worker that was killed may hold its claim until the database notices that it is gone.
@app.task(
    name="calls.make_export",
    retry=RetryStrategy(max_attempts=20, wait=10, retry_exceptions=[StillBeingMade]),
    pass_context=False,
)
def make_asked_export(export_id: str) -> None:
    make_export(UUID(export_id), clock=timezone.now, in_background=True)


@app.periodic(cron="11 * * * *")
@app.task(name="calls.expire_exports", queueing_lock="calls.expire_exports", pass_context=False)
def expire_old_exports(timestamp: int) -> None:
    expire_exports(max(timezone.now(), datetime.fromtimestamp(timestamp, tz=UTC)))


@app.periodic(cron="37 2 * * *")
@app.task(name="calls.retention", queueing_lock="calls.retention", pass_context=False)
def keep_no_longer(timestamp: int) -> None:
    run_retention(max(timezone.now(), datetime.fromtimestamp(timestamp, tz=UTC)))
