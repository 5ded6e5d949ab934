"""The lists of registrations that are fetched as files, kept and sent like reports (REP-7): what each is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from urllib.parse import parse_qs, urlencode

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from callwright.calls.periods import Period
from callwright.registration.asked import OF_CALLS, OF_REGISTRATIONS, Asked, read
from callwright.registration.operations import list_files
from callwright.registration.operations.list_files import ListRows
from callwright.registration.queries.quality_agents import KNOWN, STEPS
from callwright.staff.queries.rights import Viewer, may
from callwright.staff.rules import Right

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.functional import _StrPromise

KEPT_AS = "list:"
"""What stands before the code of a list where a report's would stand."""


class Rows(Protocol):
    def __call__(
        self, viewer: Viewer, asked: Asked, *, now: "datetime", step: str = "", on_paper: bool = False
    ) -> ListRows: ...


@dataclass(frozen=True, slots=True)
class ListKind:
    """`url_name` is its page, `period` the one that an address without one means. With `has_steps` its time is told by
    steps, not by a period. Whoever has `right` beside that to see reports takes it along.
    """

    code: str
    label: "_StrPromise"
    url_name: str
    rows: Rows
    right: Right = "export_calls"
    period: Period = Period.MONTH
    has_steps: bool = False
    of_asked: bool = False
    """Whether it tells who was asked to register and did: it is not complete while calls wait to be looked at."""
    knows: tuple[str, ...] | None = None
    """The criteria that count for it; None: all."""

    @property
    def kept_as(self) -> str:
        return f"{KEPT_AS}{self.code}"


LISTS = {
    one.code: one
    for one in (
        ListKind(
            "registrations", _("Registrations"), "registration:list", list_files.registrations, knows=OF_REGISTRATIONS
        ),
        ListKind(
            "missing", _("Unregistered calls"), "registration:missing", list_files.missing, of_asked=True,
            knows=OF_CALLS,
        ),
        ListKind(
            "findings", _("Registrations to be corrected"), "registration:findings", list_files.findings,
            period=Period.ALL,
        ),
        ListKind(
            "quality", _("Quality by agent"), "registration:quality_agents", list_files.quality, right="see_quality",
            has_steps=True, of_asked=True, knows=KNOWN,
        ),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ListAsked:
    """What an address asks of a list; `step` is "" for one that has a period."""

    asked: Asked
    step: str = ""

    @property
    def query(self) -> str:
        """The address's parameters, always the same for the same list."""
        return f"{self.asked.query}&{urlencode({'step': self.step})}" if self.step else self.asked.query

    @property
    def query_for_audit(self) -> str:
        """The same without what may name a person: the log is kept when they are erased."""
        return self.query if not self.asked.text else f"{self.asked.without('text').query}&text=…"


def title_of(kind: ListKind, wish: ListAsked) -> str:
    """What the list is called for what is asked of it, as on its page."""
    if "asked" in (kind.knows or ()) and wish.asked.registered:
        return gettext("Registered calls")
    if "asked" in (kind.knows or ()) and wish.asked.asked:
        return gettext("Calls to be registered")
    return str(kind.label)


def list_of(kept_as: str) -> ListKind | None:
    """The list that is kept under this name; None for reports, and lists that this program does not know."""
    return LISTS.get(kept_as.removeprefix(KEPT_AS)) if kept_as.startswith(KEPT_AS) else None


def may_fetch(viewer: Viewer, kind: ListKind) -> bool:
    """Whether the viewer may take the list along: as a file, or sent by e-mail."""
    return may(viewer, "see_reports") and may(viewer, "see_registrations") and may(viewer, kind.right)


def list_asked(kind: ListKind, query: str | Mapping[str, list[str]], *, zone: str) -> ListAsked:
    """What an address's parameters ask for; `zone` holds where they name none. What cannot be meant is left out."""
    given = parse_qs(query) if isinstance(query, str) else query
    asked = read(given, zone=zone, default=kind.period)
    asked = asked if kind.knows is None else asked.only(kind.knows)
    if not kind.has_steps:
        return ListAsked(asked)
    step = (given.get("step") or [""])[-1]
    return ListAsked(asked, step if step in STEPS else "week")
