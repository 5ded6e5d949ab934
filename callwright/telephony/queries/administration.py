"""PBXs and queues as their administration shows them. Secrets are never among what is read."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from callwright.telephony.models import Pbx, Queue
from callwright.telephony.problems import Worded, problem_in_words


@dataclass(frozen=True, slots=True)
class PbxRow:
    """`state`: up, connecting, down, refused, off (switched off by an administrator) or events (HTTP)."""

    id: int
    name: str
    kind: str
    where: str
    state: str
    problem: Worded | None
    detail: str
    version: str
    state_at: datetime | None
    queues: int
    has_token: bool
    simulated: bool


def pbx_rows(ids: Iterable[int] | None = None) -> list[PbxRow]:
    """All PBXs, or those of `ids`, with the state of their links. One query."""
    found = Pbx.objects.annotate(queue_count=Count("queues")).order_by("slug")
    return [_row(pbx, pbx.queue_count) for pbx in (found if ids is None else found.filter(pk__in=ids))]


def _row(pbx: Pbx, queues: int) -> PbxRow:
    is_http = pbx.kind == Pbx.Kind.WEBHOOK
    state = "off" if not pbx.enabled else "events" if is_http else pbx.state
    where = "" if is_http else f"{pbx.host}:{pbx.port}"
    return PbxRow(
        pbx.pk, pbx.name, pbx.kind, where, state, problem_in_words(pbx.problem) if pbx.enabled else None,
        pbx.problem_detail, pbx.version, pbx.state_at, queues, bool(pbx.token_sha256), pbx.simulated,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class QueueRow:
    id: int
    pbx: str
    name: str
    label: str
    account: str
    wrap_up_s: int
    waiting: int
    members: int


def queue_rows(account_ids: Collection[int] | None = None) -> list[QueueRow]:
    """All queues by PBX, or those of these accounts, with the account that their calls belong to. One query."""
    queues = Queue.objects.select_related("pbx", "account").annotate(member_count=Count("members"))
    if account_ids is not None:
        queues = queues.filter(account_id__in=account_ids)
    return [
        QueueRow(
            q.pk, q.pbx.name, q.name, q.label, q.account.name if q.account else "",
            q.wrap_up_s, q.waiting, q.member_count,
        )
        for q in queues.order_by("pbx__slug", "label", "name")
    ]  # fmt: skip
