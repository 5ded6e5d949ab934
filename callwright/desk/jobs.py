"""Background work of the desk."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from callwright.desk.operations.watch_desks import pause_without_desk


@app.periodic(cron="* * * * *")
@app.task(name="desk.pause_absent", queueing_lock="desk.pause_absent", pass_context=False)
def pause_absent_agents(timestamp: int) -> None:
    minutes = settings.DESK_ABSENT_MINUTES
    if minutes:
        pause_without_desk(after=timedelta(minutes=minutes), now=timezone.now())
