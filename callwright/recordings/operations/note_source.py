"""What is known of a source's health; administrators hear of a lasting problem once a day."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from callwright.messaging.operations.notify import notify
from callwright.recordings.models import Source
from callwright.recordings.sources.reading import SourceProblem


@transaction.atomic
def note_problem(pbx_id: int, problem: SourceProblem, *, of_source: bool, now: datetime) -> None:
    """`of_source`: nothing can be fetched now; otherwise one recording was given up."""
    source = Source.objects.select_for_update().select_related("pbx").filter(pk=pbx_id).first()
    if source is None:
        return
    if of_source:
        if source.problem != problem.code:
            source.problem_at = now
        source.problem, source.problem_detail = problem.code, problem.detail
        source.save(update_fields=["problem", "problem_detail", "problem_at"])
    notify(
        event="recording_failing", key=f"{pbx_id}:{now:%Y-%m-%d}", path=reverse("recordings:source", args=[pbx_id]),
        values={"pbx": source.pbx.name, "problem": problem.code}, now=now,
    )  # fmt: skip


def note_good(pbx_id: int, *, now: datetime) -> None:
    """Something was fetched: whatever was wrong is over."""
    Source.objects.filter(pk=pbx_id).update(problem="", problem_detail="", problem_at=None, good_at=now)
