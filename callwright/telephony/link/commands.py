"""Carries out orders: takes those that wait for this process's links, sends them, writes back what came of them."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import close_old_connections, transaction

from callwright.telephony.asterisk import commands as orders
from callwright.telephony.asterisk.channels import LISTENER
from callwright.telephony.asterisk.client import ActionRefused, ActionTimedOut, Ami, AmiError
from callwright.telephony.asterisk.commands import InvalidArgument, Order, Refusal, refusal_of, refusal_of_originate
from callwright.telephony.asterisk.protocol import InvalidValue, Message
from callwright.telephony.link.configuration import LinkConfig
from callwright.telephony.link.consumer import Consumer
from callwright.telephony.link.dialling import dialled
from callwright.telephony.models import Command
from callwright.telephony.operations.send_command import CHANNEL as COMMAND_CHANNEL
from callwright.telephony.operations.send_command import expire_commands, finish_command
from callwright.telephony.sink import known_calls

__all__ = ["COMMAND_CHANNEL", "Orders", "take_due"]

log = logging.getLogger("callwright.link")

AGENT_RINGS_S = 30

# The codes that `telephony.problems` words, for the reasons that a PBX gives.
_CODES = {
    Refusal.NO_SUCH_CHANNEL: "no_such_call",
    Refusal.NOT_PERMITTED: "missing_privilege",
    Refusal.PHONE_UNREACHABLE: "not_registered",
    Refusal.PHONE_BUSY: "busy",
    Refusal.PHONE_NO_ANSWER: "no_answer",
}


# done when the phone that is rung first is picked up
_RINGS_FIRST = ("originate", "listen")
_RECORDING = ("pause_recording", "resume_recording")
# a channel on which nothing is recorded has nothing to silence, nor has one that is gone meanwhile
_NOTHING_THERE = (Refusal.NOT_RECORDED, Refusal.NO_SUCH_CHANNEL)


class NoSuchCall(Exception):
    """The call or leg that the order is about is over."""


class NoSuchNumber(Exception):
    """The dialplan of the PBX does not have the number that the order leads to."""


@dataclass(frozen=True, slots=True)
class Due:
    id: UUID
    pbx_id: int
    verb: str
    arguments: Mapping[str, Any]


@sync_to_async
def take_due(pbx_ids: list[int]) -> list[Due]:
    """Takes the waiting orders of these PBXs, each by one process only; orders that waited too long are given up."""
    close_old_connections()
    try:
        expire_commands(datetime.now(UTC))
        with transaction.atomic():
            waiting = Command.objects.filter(pbx_id__in=pbx_ids, state=Command.State.WAITING).order_by("created_at")
            taken = list(waiting.select_for_update(skip_locked=True)[:100])
            Command.objects.filter(id__in=[one.id for one in taken]).update(state=Command.State.SENT)
        return [Due(one.id, one.pbx_id, one.verb, one.arguments) for one in taken]
    finally:
        close_old_connections()


class Orders:
    """Sends orders over one link, and remembers those whose outcome comes later."""

    def __init__(self, config: LinkConfig, consumer: Consumer, note: Callable[[bytes], None]) -> None:
        self._config, self._consumer, self._note = config, consumer, note
        self._dialling: dict[str, UUID] = {}  # AMI ActionID of an Originate: the order
        self._finishing: set[asyncio.Task[None]] = set()

    async def carry_out(self, due: Due, ami: Ami | None) -> None:
        """Sends an order and writes back its outcome; a dialled call's comes with its OriginateResponse."""
        if ami is None:
            await self._finish(due.id, "not_linked")
            return
        try:
            answer = await (self._silence(due, ami) if due.verb in _RECORDING else self._send(due, ami))
        except NoSuchCall:
            await self._finish(due.id, "no_such_call")
        except NoSuchNumber:
            await self._finish(due.id, "no_such_extension")
        except (InvalidArgument, InvalidValue, KeyError) as error:
            await self._finish(due.id, "refused", f"not sent: {error}")
        except ActionRefused as error:
            code = _CODES.get(refusal_of(error.message), str(refusal_of(error.message)))
            await self._finish(due.id, code, error.message)
        except ActionTimedOut:
            await self._finish(due.id, "silent")
        except AmiError as error:
            await self._finish(due.id, "not_linked", str(error))
        else:
            if due.verb in _RINGS_FIRST:
                self._dialling[answer.get("ActionID")] = due.id
                return
            if due.verb == "hold" and not self._config.simulated:
                with contextlib.suppress(NoSuchCall):  # over meanwhile: nobody is held any more
                    self._note(orders.held(channel=self._channel(due.arguments)))
            await self._finish(due.id)

    async def _send(self, due: Due, ami: Ami) -> Message:
        """Raises NoSuchCall, NoSuchNumber, ActionRefused."""
        for order in self._orders(due):
            if not await self._leads_somewhere(order, ami):
                raise NoSuchNumber
            answer = await ami.act(order.action, order.fields)
        return answer

    async def _silence(self, due: Due, ami: Ami) -> Message:
        """Pauses (or resumes) whatever is recorded of a call. All its channels are asked: several may be recorded, and
        after a gap nobody knows which. Raises NoSuchCall; ActionRefused where none was, or not all could be.
        """
        paused = due.verb == "pause_recording"
        taken: list[Message] = []
        nothing: list[ActionRefused] = []
        refused: list[ActionRefused] = []
        for channel in self._consumer.channels_of(due.arguments["call"]):
            order = orders.pause_recording(channel=channel, paused=paused)
            try:
                taken.append(await ami.act(order.action, order.fields))
            except ActionRefused as error:
                (nothing if refusal_of(error.message) in _NOTHING_THERE else refused).append(error)
        if refused or (nothing and not taken):
            raise (refused or nothing)[-1]
        if not taken:
            raise NoSuchCall
        return taken[-1]

    async def _leads_somewhere(self, order: Order, ami: Ami) -> bool:
        """Asterisk transfers to a number that its dialplan does not have without a word, and the client is cut off."""
        if self._config.simulated or "Exten" not in order.fields:
            return True
        if order.action not in ("BlindTransfer", "Atxfer", "Originate"):
            return True
        try:
            answer = await ami.act("Getvar", orders.dialplan_has(order))
        except ActionRefused:
            return True  # it may not be asked, or does not know; the order itself will tell
        return answer.get("Value") != "0"

    def note_originate_response(self, message: Message) -> None:
        """The agent's phone answered an order to dial, or did not."""
        order_id = self._dialling.pop(message.get("ActionID"), None)
        if order_id is not None:
            task = asyncio.create_task(self._finish_dialling(order_id, message))
            self._finishing.add(task)
            task.add_done_callback(self._finishing.discard)

    async def _finish_dialling(self, order_id: UUID, message: Message) -> None:
        rang = False
        if message.get("Reason") == "0":
            await asyncio.sleep(0.5)  # the register hears of the call, if there is one, at the same time as we
            rang = await self._rang(order_id)
        refusal = refusal_of_originate(message.get("Response"), message.get("Reason"), rang=rang)
        await self._finish(order_id, "" if refusal is None else _CODES.get(refusal, str(refusal)))

    @sync_to_async
    def _rang(self, order_id: UUID) -> bool:
        if self._consumer.heard_listener(f"{LISTENER}{order_id}"):
            return True
        now = datetime.now(UTC)
        key = str(order_id)
        return key in known_calls(self._config.slug, [key], since=now - timedelta(hours=1), until=now)

    def _orders(self, due: Due) -> list[Order]:
        """What is to be sent, in turn, up to the first refusal."""
        if due.verb in ("hold", "unhold") and not self._config.simulated:
            channel = self._channel(due.arguments)
            client = self._consumer.client_channel_of(due.arguments["call"])
            if client is None or client == channel:
                raise NoSuchCall
            make = orders.hold if due.verb == "hold" else orders.unhold
            return make(channel=channel, client=client)
        return [self._order(due)]

    def _order(self, due: Due) -> Order:
        config, arguments = self._config, due.arguments
        if due.verb == "originate":
            return orders.originate(
                command=str(due.id),
                device=self._device(arguments["extension"]),
                number=self._dialled(arguments["number"]),
                context=config.dial_context,
                caller_id=arguments.get("caller_id", ""),
                timeout_s=AGENT_RINGS_S,
            )
        if due.verb == "queue_pause":
            return orders.queue_pause(
                device=self._device(arguments["extension"]),
                paused=bool(arguments["paused"]),
                reason=arguments.get("reason", ""),
                queue=arguments.get("queue", ""),
            )
        if due.verb == "answer":
            return Order("FakeAnswer", {"Exten": arguments["extension"]})
        if due.verb == "listen":
            return orders.listen(
                command=str(due.id),
                device=self._device(arguments["extension"]),
                spied=self._channel(arguments),
                mode=arguments["mode"],
                shown=arguments["agent"],
                timeout_s=AGENT_RINGS_S,
            )
        if due.verb == "stop_listening":
            return orders.hang_up(channel=self._listener(arguments["listening"]))
        return self._order_about_call(due.verb, self._channel(arguments), arguments)

    def _order_about_call(self, verb: str, channel: str, arguments: Mapping[str, Any]) -> Order:
        to = self._dialled(arguments.get("to", ""))
        match verb:
            case "hangup" | "complete_transfer":
                return orders.hang_up(channel=channel)
            case "hold" | "unhold":
                exten = channel.partition("/")[2].partition("-")[0]
                return Order("FakeHold", {"Exten": exten, "Hold": "yes" if verb == "hold" else "no"})
            case "take_over":
                own = arguments["extension"]
                return orders.blind_transfer(channel=channel, to=own, context=self._config.dial_context)
            case "blind_transfer":
                return orders.blind_transfer(channel=channel, to=to, context=self._config.dial_context)
            case "attended_transfer":
                return orders.attended_transfer(channel=channel, to=to, context=self._config.dial_context)
            case "cancel_transfer":
                return orders.cancel_transfer(channel=channel)
        raise KeyError(verb)

    def _channel(self, arguments: Mapping[str, Any]) -> str:
        channel = self._consumer.channel_of(arguments.get("leg", ""), arguments["call"])
        if channel is None:
            raise NoSuchCall
        return channel

    def _listener(self, listening: str) -> str:
        channel = self._consumer.listener_channel(f"{LISTENER}{listening}")
        if channel is None:
            raise NoSuchCall
        return channel

    def _device(self, extension: str) -> str:
        return self._config.extension_template.format(extension=extension)

    def _dialled(self, number: str) -> str:
        return dialled(number, dial_format=self._config.dial_format, home_country=self._config.home_country)

    @sync_to_async
    def _finish(self, order_id: UUID, refusal: str = "", detail: str = "") -> None:
        close_old_connections()
        try:
            finish_command(order_id, done=not refusal, refusal=refusal, detail=detail, now=datetime.now(UTC))
        except Exception:
            log.exception("the outcome of order %s (%s) could not be written", order_id, refusal or "done")
        finally:
            close_old_connections()
