"""The messages of the outbox as a viewer may see them."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from callwright.messaging.events import known_event
from callwright.messaging.models import Mail, MailAttempt, MailRecipient, MailServer, MailState
from callwright.staff.queries.rights import Viewer, may, visible_account_ids

PAGE = 50
MOST = 999
ENDED_BADLY = (MailState.FAILED, MailState.REFUSED)


@dataclass(frozen=True, slots=True)
class MailFilter:
    """What is looked for; empty fields look for nothing. `state` may be "problem": failed or refused."""

    state: str = ""
    event: str = ""
    account_id: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class MailRow:
    id: UUID
    subject: str
    event: str
    account: str
    to: tuple[str, ...]
    status: str
    created_at: datetime
    sent_at: datetime | None
    due_at: datetime | None
    tries: int
    answer: str


@dataclass(frozen=True, slots=True)
class MailPage:
    """Newest first; `next` is the id to go on after."""

    rows: list[MailRow]
    next: UUID | None


def visible_mails(viewer: Viewer) -> QuerySet[Mail]:
    """The messages that the viewer may read: those of accounts they see, and those of no account."""
    if not may(viewer, "set_up_notifications"):
        return Mail.objects.none()
    accounts = visible_account_ids(viewer)
    if accounts is None:
        return Mail.objects.all()
    return Mail.objects.filter(Q(account_id__in=accounts) | Q(account_id=None))


def find_mails(viewer: Viewer, wanted: MailFilter) -> QuerySet[Mail]:
    """Those that fit; `text` is looked for in subjects and addresses."""
    mails = visible_mails(viewer)
    if wanted.state == "problem":
        mails = mails.filter(state__in=ENDED_BADLY)
    elif wanted.state:
        mails = mails.filter(state=wanted.state)
    if wanted.event:
        mails = mails.filter(event=wanted.event)
    if wanted.account_id is not None:
        mails = mails.filter(account_id=wanted.account_id)
    for word in wanted.text.split():
        to = MailRecipient.objects.filter(mail_id=OuterRef("pk"), address__icontains=word)
        mails = mails.filter(Q(subject__icontains=word) | Exists(to))
    return mails


def list_mails(viewer: Viewer, wanted: MailFilter, *, after: UUID | None = None) -> MailPage:
    """One page; three queries."""
    mails = find_mails(viewer, wanted).select_related("account").order_by("-pk")
    if after is not None:
        mails = mails.filter(pk__lt=after)
    found = list(mails.defer("text", "html")[: PAGE + 1])
    shown = found[:PAGE]
    to: dict[UUID, list[str]] = {}
    ids = [mail.pk for mail in shown]
    for mail_id, address in MailRecipient.objects.filter(mail_id__in=ids).order_by("pk").values_list("mail", "address"):
        to.setdefault(mail_id, []).append(address)
    answers = _last_answers(ids)
    rows = [_row(mail, to.get(mail.pk, []), answers.get(mail.pk, "")) for mail in shown]
    return MailPage(rows, rows[-1].id if len(found) > PAGE else None)


def _last_answers(ids: list[UUID]) -> dict[UUID, str]:
    last = MailAttempt.objects.filter(mail_id__in=ids).order_by("mail_id", "-pk").distinct("mail_id")
    return dict(last.values_list("mail_id", "answer"))


def status_of(mail: Mail) -> str:
    """The status as the kit shows it."""
    if mail.perhaps_sent and mail.state != MailState.SENT:
        return "mail_perhaps"
    return f"mail_{mail.state}"


def _row(mail: Mail, to: list[str], answer: str) -> MailRow:
    event = known_event(mail.event)
    return MailRow(
        mail.pk, mail.subject, str(event.label) if event else "", mail.account.name if mail.account else "",
        tuple(to), status_of(mail), mail.created_at, mail.sent_at, mail.due_at, mail.tries, answer,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class RecipientRow:
    address: str
    name: str
    status: str
    answer: str


@dataclass(frozen=True, slots=True)
class AttemptRow:
    begun_at: datetime
    ended_at: datetime | None
    outcome: str
    answer: str


@dataclass(frozen=True, slots=True)
class MailShown:
    """One message with everything that became of it."""

    row: MailRow
    text: str
    message_id: str
    attachments: tuple[str, ...]
    perhaps_sent: bool
    may_go_again: bool
    is_copy: bool
    recipients: list[RecipientRow] = field(default_factory=list)
    attempts: list[AttemptRow] = field(default_factory=list)


def mail_shown(viewer: Viewer, mail_id: UUID) -> MailShown | None:
    """None where there is none that the viewer may see."""
    mail = visible_mails(viewer).select_related("account").filter(pk=mail_id).first()
    if mail is None:
        return None
    recipients = list(mail.recipients.order_by("pk"))
    attempts = list(mail.attempts.order_by("pk"))
    return MailShown(
        _row(mail, [one.address for one in recipients], attempts[-1].answer if attempts else ""),
        mail.text,
        mail.message_id,
        tuple(one["name"] for one in mail.attachments),
        mail.perhaps_sent and mail.state != MailState.SENT,
        mail.state in (*ENDED_BADLY, MailState.SENT),
        mail.state == MailState.SENT,
        [RecipientRow(one.address, one.name, f"mail_{one.state}", one.answer) for one in recipients],
        [AttemptRow(one.begun_at, one.ended_at, one.outcome, one.answer) for one in attempts],
    )


def problem_count(viewer: Viewer) -> int:
    """How many messages failed or were refused, up to one more than `MOST`."""
    return visible_mails(viewer).filter(state__in=ENDED_BADLY)[: MOST + 1].count()


@dataclass(frozen=True, slots=True)
class ServerStanding:
    """Whether mail goes out: `state` is not_set_up, off, down or up."""

    state: str
    host: str = ""
    problem: str = ""
    answer: str = ""
    down_since: datetime | None = None
    retry_at: datetime | None = None
    waiting: int = 0


_WAITING = "SELECT count(*) FROM (SELECT FROM messaging_mail WHERE state = 'waiting' LIMIT %s) AS waiting"


def server_standing() -> ServerStanding:
    """How the mail server fares, and how many messages wait (capped)."""
    known = MailServer.objects.filter(pk=1).first()
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [MOST + 1])
        waiting = cursor.fetchone()[0]
    if known is None or not known.host:
        return ServerStanding("not_set_up", waiting=waiting)
    state = "off" if not known.enabled else "down" if known.failures else "up"
    return ServerStanding(state, known.host, known.problem, known.answer, known.down_since, known.retry_at, waiting)
