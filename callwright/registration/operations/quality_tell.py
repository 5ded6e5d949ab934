"""Tells of what an evaluation found: one mail to each address that is set, one word to each agent (REG-5)."""

from collections import Counter
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
from callwright.registration.queries.findings import Finding, counts_of_run, findings_of_run
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
    agent: str
    started_at: datetime
    findings: tuple[Finding, ...]


def tell(run_id: int, *, now: datetime) -> None:
    """Queues the mails of a run and notifies its agents, each once however often it is called; of a mail's
    registrations as many are read as it lists. In the caller's transaction.
    """
    counts = counts_of_run(run_id)
    if not counts:
        return
    by_account: Counter[int] = Counter()
    by_agent: Counter[int] = Counter()
    call_of: dict[int, UUID] = {}
    for account_id, agent_id, count, call_id in counts:
        by_account[account_id] += count
        if agent_id is not None:
            by_agent[agent_id] += count
            call_of[agent_id] = call_id
    _write_all(run_id, by_account, now)
    for agent_id, n in sorted(by_agent.items()):
        path = reverse("registration:findings") if n > 1 else reverse("calls:call", args=[call_of[agent_id]])
        notify(event=EVENT, key=f"{run_id}", path=path, values={"n": n}, users=[agent_id], now=now)


def _write_all(run_id: int, by_account: Counter[int], now: datetime) -> None:
    labels, base = custom_labels(), public_url()
    read: dict[frozenset[int] | None, list[Wrong]] = {}
    for (email, language), accounts in _addresses(by_account).items():
        told = None if accounts is None else frozenset(accounts)
        if told not in read:
            read[told] = _wrong(run_id, told)
        n = sum(count for account_id, count in by_account.items() if told is None or account_id in told)
        _write(run_id, email, language, n, read[told], labels, base, now)


def _wrong(run_id: int, accounts: frozenset[int] | None) -> list[Wrong]:
    found: dict[UUID, list[Any]] = {}
    for finding, account, _agent_id, agent, started_at in findings_of_run(run_id, accounts, most=MOST_IN_MAIL):
        known = found.setdefault(finding.registration_id, [account, agent, started_at, []])
        known[3].append(finding)
    return [
        Wrong(many[0].account_id, account, many[0].call_id, agent, started_at, tuple(many))
        for account, agent, started_at, many in found.values()
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
    run_id: int, email: str, language: str, n: int, wrong: Sequence[Wrong], labels: dict[str, str], base: str,
    now: datetime,
) -> None:  # fmt: skip
    with override(language), timezone.override(ZoneInfo(organisation().time_zone)):
        subject = ngettext(
            "%(n)s registration is to be corrected", "%(n)s registrations are to be corrected", n
        ) % {"n": n}  # fmt: skip
        rows = [_row(one, labels, base) for one in wrong]
        page = {
            "subject": subject, "rows": rows, "more": max(0, n - len(wrong)),
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
