"""Examines a PBX over a connection of its own: login, rights, filters, clock, trunks, queues (CALL-12)."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from asgiref.sync import sync_to_async
from django.utils.translation import gettext_lazy as _

from callwright.telephony.asterisk.client import ActionRefused, ActionTimedOut, Ami, AmiError
from callwright.telephony.asterisk.permissions import Section, missing_orders
from callwright.telephony.link.configuration import link_config
from callwright.telephony.models import Pbx
from callwright.telephony.problems import problem_in_words
from callwright.telephony.queries.diagnosis import Finding, Level, records_findings

_PATIENCE_S = 5.0
_CLOCK_S = 2.0


@dataclass(frozen=True, slots=True)
class Examined:
    """The findings, and the names of the PBX's endpoints and of its queues' members for checks of others."""

    findings: tuple[Finding, ...]
    endpoints: tuple[str, ...] = ()


async def diagnose_pbx(pbx: Pbx, now: datetime) -> Examined:
    """Looks at everything that can be wrong with the link to a PBX; takes some 15 seconds at most. Orders nothing."""
    records = await sync_to_async(records_findings)(pbx, now)
    address = replace(
        link_config(pbx).address, connect_timeout_s=_PATIENCE_S, action_timeout_s=_PATIENCE_S, needed=frozenset()
    )
    try:
        ami = await Ami.connect(address)
    except AmiError as error:
        return Examined((_failed(pbx, str(error.problem), error.detail), *records))
    except (UnicodeError, ValueError) as error:
        return Examined((_failed(pbx, "unreachable", str(error)), *records))
    try:
        examination = _Examination(pbx, ami)
        await examination.run()
    except (AmiError, ActionTimedOut) as error:
        problem = str(error.problem) if isinstance(error, AmiError) else "silent"
        return Examined((_failed(pbx, problem, str(error)), *records))
    finally:
        await ami.close()
    return Examined((*examination.findings, *records), tuple(examination.endpoints))


def _failed(pbx: Pbx, code: str, detail: str) -> Finding:
    words = problem_in_words(code)
    assert words is not None
    return Finding(Level.PROBLEM, code, words.title, words.what_to_do, detail, pbx.name)


class _Examination:
    def __init__(self, pbx: Pbx, ami: Ami) -> None:
        self.pbx, self.ami = pbx, ami
        self.findings: list[Finding] = []
        self.endpoints: list[str] = []

    async def run(self) -> None:
        settings = await self._ask("CoreSettings")
        version = settings.get("AsteriskVersion", "") or self.ami.banner
        self._add(Level.OK, "login", _("The PBX accepts the login"), detail=version)
        await self._rights()
        await self._hearing()
        await self._clock()
        await self._trunks()
        await self._context()
        await self._queues()

    def _add(self, level: Level, code: str, title: object, what_to_do: object = "", detail: str = "") -> None:
        self.findings.append(Finding(level, code, title, what_to_do, detail, self.pbx.name))  # type: ignore[arg-type]

    async def _ask(self, action: str, **fields: str) -> dict[str, str]:
        """The fields of an answer; none where it is refused."""
        try:
            return dict((await self.ami.act(action, fields)).fields)
        except ActionRefused:
            return {}

    async def _list(self, action: str) -> list[dict[str, str]] | None:
        """The items of a list; None where it is refused."""
        try:
            return [dict(one.fields) for one in await self.ami.list(action)]
        except (ActionRefused, ActionTimedOut):
            return None

    async def _rights(self) -> None:
        lacking = missing_orders(await self._ask("ListCommands"))
        if self.pbx.simulated:
            lacking = {}  # it has no such actions and needs none
        for kind, actions in lacking.items():
            self._add(
                Level.PROBLEM, "orders_missing", _("The AMI user may not give all orders"),
                _("Add the class that is named here to write = of this user in manager.conf, then: manager reload."),
                f"write = {kind} ({', '.join(actions)})",
            )  # fmt: skip
        if not lacking:
            self._add(Level.OK, "orders", _("The AMI user may give all orders: call, hang up, transfer, hold, pause"))

    async def _hearing(self) -> None:
        answer = await self._ask("GetConfig", Filename="manager.conf", Category=self.pbx.username)
        if not any(key.startswith("Line-") for key in answer):
            if not self.pbx.simulated:
                self._add(
                    Level.WARNING, "hearing_unknown", _("What the AMI user hears cannot be looked up"),
                    _("Compare read = and eventfilter of this user in manager.conf with the installation guide."),
                )  # fmt: skip
            return
        section = Section.of_answer(answer)
        classes, dropped = section.missing_classes(), section.filtered_away()
        if classes:
            self._add(
                Level.PROBLEM, "classes_missing", _("The AMI user does not hear all that is needed"),
                _("Add the classes that are named here to read = of this user in manager.conf, then: manager reload."),
                f"read = {', '.join(classes)}",
            )  # fmt: skip
        if dropped:
            words = problem_in_words("events_filtered")
            assert words is not None
            self._add(Level.PROBLEM, "events_filtered", words.title, words.what_to_do, ", ".join(dropped))
        if not classes and not dropped:
            self._add(Level.OK, "hearing", _("The AMI user hears all events that are needed"))
        if not section.filters:
            self._add(
                Level.WARNING, "no_filter", _("The PBX sends far more events than are needed"),
                _("Set the eventfilter lines of the installation guide for this user; Asterisk then has less to do."),
            )  # fmt: skip

    async def _clock(self) -> None:
        before = time.time()
        stamp = (await self._ask("Ping")).get("Timestamp", "")
        try:
            ahead_s = float(stamp) - (before + time.time()) / 2
        except ValueError:
            return
        if self.pbx.simulated:
            return  # its time runs as fast as it is told
        if abs(ahead_s) > _CLOCK_S:
            self._add(
                Level.WARNING, "clock", _("The clocks of the PBX and of this server differ"),
                _("Let both follow NTP. Until then the times of calls are told by the clock of this server."),
                f"{ahead_s:+.1f} s",
            )  # fmt: skip
        else:
            self._add(Level.OK, "clock", _("The clocks of the PBX and of this server agree"))

    async def _trunks(self) -> None:
        items = await self._list("PJSIPShowEndpoints")
        self.endpoints = sorted(one["ObjectName"] for one in items or () if one.get("ObjectName"))
        if not self.pbx.trunks:
            self._add(
                Level.WARNING, "trunks_none", _("No trunk is named"),
                _("Name the endpoints that lead outside; until then every endpoint that is no extension is taken for"
                  " one."),
                ", ".join(one for one in self.endpoints if not one.isdecimal())[:200],
            )  # fmt: skip
        elif self.endpoints:
            unknown = [str(name) for name in self.pbx.trunks if name not in self.endpoints]
            self._found_trunks(unknown)

    def _found_trunks(self, unknown: Iterable[str]) -> None:
        unknown = list(unknown)
        if unknown:
            self._add(
                Level.PROBLEM, "trunks_unknown", _("The PBX has no endpoint of this name"),
                _("Correct the trunk's name at the PBX in the administration: it is the section's name in pjsip.conf."),
                ", ".join(unknown),
            )  # fmt: skip
        else:
            self._add(Level.OK, "trunks", _("The trunks are endpoints of the PBX"), detail=", ".join(self.pbx.trunks))

    async def _context(self) -> None:
        try:
            await self.ami.act("ShowDialPlan", {"Context": self.pbx.dial_context})
        except ActionRefused as error:
            if "context" in error.message.lower():
                self._add(
                    Level.PROBLEM, "context_unknown", _("The PBX has no dialplan context of this name"),
                    _("Correct the context for outgoing calls at the PBX in the administration."),
                    self.pbx.dial_context,
                )  # fmt: skip

    async def _queues(self) -> None:
        items = await self._list("QueueStatus")
        if items is None:
            self._add(
                Level.PROBLEM, "queues_refused", _("The queues cannot be read"),
                _("Give the user the classes agent and reporting in read = and write =, and check that app_queue is"
                  " loaded."),
            )  # fmt: skip
            return
        names = [one["Queue"] for one in items if one.get("Event", "") == "QueueParams" or "Strategy" in one]
        self._add(Level.OK, "queues", _("Queues found on the PBX"), detail=", ".join(names)[:300] or "0")
