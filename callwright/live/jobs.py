"""Background work of the live log."""

from django.utils import timezone
from procrastinate.contrib.django import app

from callwright.live.operations.forget_old import forget_old


@app.periodic(cron="*/10 * * * *")
@app.task(name="live.forget_old", queueing_lock="live.forget_old", pass_context=False)
def forget_old_changes(timestamp: int) -> None:
    forget_old(now=timezone.now())
