"""Tells of what an evaluation found: one mail to each address that is set, one word to each agent (REG-5)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from callwright.accounts.queries.accounts import organisation
from callwright.messaging.links import absolute_url, public_url
from callwright.messaging.operations.notify import notify
from callwright.messaging.operations.send_email import queue_email
from callwright.messaging.rules import AddressRefused
from callwright.registration.queries.findings import Finding, findings_of_run
from callwright.registration.queries.quality_rules import custom_labels
from callwright.registration.words_quality import fault_in_words

EVENT = "registration_quality"
MOST_IN_MAIL = 50
"""Registrations that a mail lists; of more it says how many there are."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A registration with what is new against it."""

    account_id: int
    account: str
    call_id: UUID
    agent_id: int | None
    agent: str
    started_at: datetime
    findings: tuple[Finding, ...]


def tell(run_id: int, *, now: datetime) -> None:
    """Queues the mails of a run and notifies its agents, each once however often it is called. In the caller's
    transaction.
    """
    wrong = _wrong(run_id)
    if not wrong:
        return
    addresses = _addresses({one.account_id for one in wrong})
    labels, base = custom_labels(), public_url()
    for (email, language), accounts in addresses.items():
        theirs = [one for one in wrong if accounts is None or one.account_id in accounts]
        _write(run_id, email, language, theirs, labels, base, now)
    for agent_id in sorted({one.agent_id for one in wrong if one.agent_id is not None}):
        mine = [one for one in wrong if one.agent_id == agent_id]
        path = reverse("registration:findings")
        if len(mine) == 1:
            path = reverse("calls:call", args=[mine[0].call_id])
        notify(
            event=EVENT, key=f"{run_id}", path=path, values={"n": len(mine)}, users=[agent_id], now=now,
        )  # fmt: skip


def _wrong(run_id: int) -> list[Wrong]:
    found: dict[UUID, list[Any]] = {}
    for finding, account, agent_id, agent, started_at in findings_of_run(run_id):
        known = found.setdefault(finding.registration_id, [account, agent_id, agent, started_at, []])
        known[4].append(finding)
    return [
        Wrong(many[0].account_id, account, many[0].call_id, agent_id, agent, started_at, tuple(many))
        for account, agent_id, agent, started_at, many in found.values()
    ]


_LANGUAGES = """
    SELECT d.email, coalesce(nullif(d.language, ''), nullif(a.language, ''), %(language)s), d.account_id
    FROM registration_qualityaddress d LEFT JOIN accounts_account a ON a.id = d.account_id
    WHERE d.account_id IS NULL OR d.account_id = ANY(%(accounts)s) ORDER BY d.account_id NULLS FIRST, d.id
"""


def _addresses(accounts: Collection[int]) -> dict[tuple[str, str], set[int] | None]:
    """Each address once, with the accounts of which it is told (None: all)."""
    with connection.cursor() as cursor:
        cursor.execute(_LANGUAGES, {"accounts": sorted(accounts), "language": organisation().language})
        rows = cursor.fetchall()
    found: dict[str, tuple[str, str, set[int] | None]] = {}
    for email, language, account_id in rows:
        address, known, told = found.get(email.lower(), (email, language, set()))
        told = None if account_id is None or told is None else told | {account_id}
        found[email.lower()] = (address, known, told)
    return {(address, language): told for address, language, told in found.values()}


def _write(
    run_id: int, email: str, language: str, wrong: Sequence[Wrong], labels: dict[str, str], base: str, now: datetime
) -> None:
    if not wrong:
        return
    with override(language), timezone.override(ZoneInfo(organisation().time_zone)):
        n = len(wrong)
        subject = ngettext(
            "%(n)s registration is to be corrected", "%(n)s registrations are to be corrected", n
        ) % {"n": n}  # fmt: skip
        rows = [_row(one, labels, base) for one in wrong[:MOST_IN_MAIL]]
        page = {
            "subject": subject, "rows": rows, "more": max(0, n - MOST_IN_MAIL),
            "url": absolute_url(reverse("registration:findings"), base),
        }  # fmt: skip
        text = render_to_string("registration/mails/quality.txt", page)
        html = render_to_string("registration/mails/quality.html", page)
        try:
            queue_email(
                to=email, subject=subject, text=text, html=html, language=language, event=EVENT,
                key=f"{EVENT}:{run_id}:{email.lower()}", now=now,
            )  # fmt: skip
        except AddressRefused:  # stored before it was checked: nobody can be written to there
            return


def _row(one: Wrong, labels: dict[str, str], base: str) -> dict[str, Any]:
    faults = [
        finding.rule_words or fault_in_words(finding.kind, finding.limits, finding.detail, finding.topics, labels)
        for finding in one.findings
    ]
    return {
        "at": timezone.localtime(one.started_at), "account": one.account, "agent": one.agent or _("Nobody known"),
        "faults": list(dict.fromkeys(faults)), "url": absolute_url(reverse("calls:call", args=[one.call_id]), base),
    }  # fmt: skip
