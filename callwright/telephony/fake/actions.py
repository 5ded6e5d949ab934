"""The AMI actions, with Asterisk's own words for success and refusal."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from callwright.telephony.fake.channel import RINGING, UP, Channel, encode
from callwright.telephony.fake.inputs import Answer, AttendedTransfer, BlindTransfer, CancelTransfer, HangUp, SetHold
from callwright.telephony.fake.originating import Wish
from callwright.telephony.fake.session import Action, Session
from callwright.telephony.fake.spying import start_spying
from callwright.telephony.fake.wire import lines

if TYPE_CHECKING:
    from callwright.telephony.fake.pbx import FakePbx

VERSION = "22.5.2~dfsg+~cs6.15.60671435-1"

Act = Callable[["FakePbx", Session, Action], None]


@dataclass(frozen=True, slots=True)
class Entry:
    """`needs`: one of these write classes; empty for everybody."""

    name: str
    act: Act
    needs: frozenset[str] = frozenset()


ACTIONS: dict[str, Entry] = {}


def action(name: str, *needs: str) -> Callable[[Act], Act]:
    def register(act: Act) -> Act:
        ACTIONS[name.lower()] = Entry(name, act, frozenset(needs))
        return act

    return register


def answer_to(asked: Action) -> list[tuple[str, str]]:
    return [("ActionID", asked.get("actionid"))] if asked.get("actionid") else []


def respond(
    session: Session, asked: Action, response: str, message: str, extra: Iterable[tuple[str, str]] = ()
) -> None:
    fields = [("Response", response), *answer_to(asked)]
    if message:
        fields.append(("Message", message))
    session.send(lines([*fields, *extra]) + b"\r\n")
    session.flush()


def listing(
    session: Session, asked: Action, message: str, items: list[tuple[str, bytes]], done: str
) -> None:  # fmt: skip
    """A list as AMI sends it: a start, one event an item, a complete with their number."""
    ident = lines(answer_to(asked))
    respond(session, asked, "Success", "", (("EventList", "start"), ("Message", message)))
    for name, body in items:
        session.send(encode(f"Event: {name}\r\n") + ident + body + b"\r\n")
    tail = lines((("EventList", "Complete"), ("ListItems", str(len(items)))))
    session.send(encode(f"Event: {done}\r\n") + ident + tail + b"\r\n")
    session.flush()


@action("ListCommands")
def list_commands(pbx: "FakePbx", session: Session, asked: Action) -> None:
    """What this user may do; only their names are like Asterisk's, the explanations are not."""
    write = session.user.write if session.user else frozenset()
    allowed = [e for e in ACTIONS.values() if not e.needs or e.needs & write]
    told = [(e.name, f"{e.name}  (Priv: {','.join(sorted(e.needs)) or '<none>'})") for e in allowed]
    for name in ("Challenge", "Login", "Logoff"):
        told.append((name, f"{name}  (Priv: <none>)"))
    respond(session, asked, "Success", "", sorted(told))


@action("Ping")
def ping(pbx: "FakePbx", session: Session, asked: Action) -> None:
    if not pbx.faults.mute_pings:
        respond(session, asked, "Success", "", (("Ping", "Pong"), ("Timestamp", f"{pbx.wire.now:.6f}")))


@action("Events")
def events(pbx: "FakePbx", session: Session, asked: Action) -> None:
    session.events_on = asked.get("eventmask").lower() not in ("off", "no", "false", "0", "")
    pbx.wire.interests_changed()
    respond(session, asked, "Success", "", (("Events", "On" if session.events_on else "Off"),))


@action("Filter", "system")
def add_filter(pbx: "FakePbx", session: Session, asked: Action) -> None:
    """Name filters of both kinds: `MatchCriteria: name(X)`, and `Filter: Event: X`, with ! or exclude for "not"."""
    if asked.get("operation", "Add").lower() != "add":
        respond(session, asked, "Error", "Unknown operation")
        return
    criteria, pattern = asked.get("matchcriteria"), asked.get("filter")
    exclude = "action(exclude)" in criteria or pattern.startswith("!")
    if "name(" in criteria:
        name = criteria.partition("name(")[2].partition(")")[0]
    else:
        name = pattern.lstrip("!").removeprefix("Event:").strip()
    if not name:
        respond(session, asked, "Error", "Filter format is invalid.")
        return
    (session.without if exclude else session.only).add(name)
    pbx.wire.interests_changed()
    respond(session, asked, "Success", "Success")


@action("CoreSettings", "system", "reporting")
def core_settings(pbx: "FakePbx", session: Session, asked: Action) -> None:
    settings = (
        ("AMIversion", "11.0.0"), ("AsteriskVersion", VERSION), ("SystemName", pbx.exchange.house.system_name),
        ("CoreMaxCalls", "0"), ("CoreMaxLoadAvg", "0.000000"), ("CoreRunUser", ""), ("CoreRunGroup", ""),
        ("CoreMaxFilehandles", "0"), ("CoreRealTimeEnabled", "No"), ("CoreCDRenabled", "Yes"),
        ("CoreHTTPenabled", "Yes"), ("SoundsSearchCustomDir", "No"),
    )  # fmt: skip
    respond(session, asked, "Success", "", settings)


@action("CoreStatus", "system", "reporting")
def core_status(pbx: "FakePbx", session: Session, asked: Action) -> None:
    began = datetime.fromtimestamp(pbx.exchange.started, UTC)
    day, clock = began.strftime("%Y-%m-%d"), began.strftime("%H:%M:%S")
    status = (
        ("CoreStartupDate", day), ("CoreStartupTime", clock), ("CoreReloadDate", day), ("CoreReloadTime", clock),
        ("CoreCurrentCalls", str(len(pbx.exchange.channels))), ("CoreProcessedCalls", str(pbx.exchange.processed)),
    )  # fmt: skip
    respond(session, asked, "Success", "", status)


@action("CoreShowChannels", "system", "reporting")
def core_show_channels(pbx: "FakePbx", session: Session, asked: Action) -> None:
    items = []
    for channel in pbx.exchange.channels.values():
        went = int(pbx.clock.now - channel.created)
        more = (
            ("Application", channel.app), ("ApplicationData", channel.app_data),
            ("Duration", f"{went // 3600:02d}:{went // 60 % 60:02d}:{went % 60:02d}"),
            ("BridgeId", channel.bridge.uniqueid if channel.bridge else ""),
        )  # fmt: skip
        items.append(("CoreShowChannel", channel.snapshot() + lines(more)))
    listing(session, asked, "Channels will follow", items, "CoreShowChannelsComplete")


@action("DeviceStateList", "call", "reporting")
def device_state_list(pbx: "FakePbx", session: Session, asked: Action) -> None:
    items = [
        ("DeviceStateChange", lines((("Device", f"PJSIP/{number}"), ("State", phone.device_state))))
        for number, phone in pbx.exchange.phones.items()
    ]
    listing(session, asked, "Device State Changes will follow", items, "DeviceStateListComplete")


@action("Command", "command")
def command(pbx: "FakePbx", session: Session, asked: Action) -> None:
    typed = asked.get("command")
    if typed == "core show version":
        output = f"Asterisk {VERSION} built by nobody @ nowhere on a x86_64 running Linux on 2026-01-01 00:00:00 UTC"
        respond(session, asked, "Success", "Command output follows", (("Output", output),))
    else:
        text = f"No such command '{typed}' (type 'core show help {typed}' for other possible commands)"
        respond(session, asked, "Error", "Command output follows", (("Output", text),))


def named_channel(pbx: "FakePbx", session: Session, asked: Action, *, missing: str, unknown: str) -> Channel | None:
    name = asked.get("channel")
    if not name:
        respond(session, asked, "Error", missing)
        return None
    channel = pbx.exchange.channels.get(name)
    if channel is None:
        respond(session, asked, "Error", unknown)
    return channel


@action("Hangup", "system", "call")
def hangup(pbx: "FakePbx", session: Session, asked: Action) -> None:
    channel = named_channel(pbx, session, asked, missing="No channel specified", unknown="No such channel")
    if channel is not None:
        respond(session, asked, "Success", "Channel Hungup")
        pbx.post(channel, HangUp(channel, by_program=True))


UNKNOWN_CHANNEL = "Channel specified does not exist"


@action("BlindTransfer", "call")
def blind_transfer(pbx: "FakePbx", session: Session, asked: Action) -> None:
    channel = named_channel(pbx, session, asked, missing="No channel specified", unknown=UNKNOWN_CHANNEL)
    if channel is None:
        return
    if not asked.get("exten"):
        respond(session, asked, "Error", "No extension specified")
    elif channel.bridge is None or channel.state != UP:
        respond(session, asked, "Error", "Transfer invalid")
    else:
        respond(session, asked, "Success", "Transfer succeeded")
        pbx.post(channel, BlindTransfer(channel, asked.get("exten"), asked.get("context") or "internal"))


@action("Atxfer", "call")
def attended_transfer(pbx: "FakePbx", session: Session, asked: Action) -> None:
    channel = named_channel(pbx, session, asked, missing="No channel specified", unknown=UNKNOWN_CHANNEL)
    if channel is None:
        return
    if not asked.get("exten"):
        respond(session, asked, "Error", "No extension specified")
        return
    respond(session, asked, "Success", "Atxfer successfully queued")
    if channel.bridge is not None:
        pbx.post(channel, AttendedTransfer(channel, asked.get("exten"), asked.get("context") or "internal"))


@action("CancelAtxfer", "system", "call")
def cancel_attended_transfer(pbx: "FakePbx", session: Session, asked: Action) -> None:
    channel = named_channel(pbx, session, asked, missing="No channel specified", unknown=UNKNOWN_CHANNEL)
    if channel is not None:
        respond(session, asked, "Success", "CancelAtxfer successfully queued")
        pbx.post(channel, CancelTransfer(channel))


@action("PJSIPNotify", "system")
def pjsip_notify(pbx: "FakePbx", session: Session, asked: Action) -> None:
    """The phone does what Event: hold and Event: talk ask for; talk also answers a ringing phone."""
    channel = named_channel(pbx, session, asked, missing="No channel specified", unknown="Channel not found")
    if channel is None:
        return
    respond(session, asked, "Success", "NOTIFY sent")
    wanted = [v.partition("=")[2].lower() for v in asked.all("variable") if v.lower().startswith("event=")]
    if "hold" in wanted:
        pbx.post(channel, SetHold(channel, True))
    elif "talk" in wanted:
        pbx.post(channel, Answer(channel) if channel.state == RINGING else SetHold(channel, False))


@action("Originate", "originate")
def originate(pbx: "FakePbx", session: Session, asked: Action) -> None:
    technology, _, number = asked.get("channel").partition("/")
    channel_id = asked.get("channelid")
    if not asked.get("channel"):
        respond(session, asked, "Error", "Channel not specified")
    elif technology not in ("PJSIP", "SIP", "Local") or not number:
        respond(session, asked, "Error", "Invalid channel")
    elif not asked.get("exten") and asked.get("application").lower() != "chanspy":
        respond(session, asked, "Error", "Extension or Application must be specified")
    elif channel_id and any(c.uniqueid == channel_id for c in pbx.exchange.channels.values()):
        respond(session, asked, "Error", "Failed to queue request: Uniqueid already in use")
    else:
        respond(session, asked, "Success", "Originate successfully queued")
        _start_originate(pbx, asked, number.partition("@")[0], channel_id)


def _start_originate(pbx: "FakePbx", asked: Action, number: str, channel_id: str) -> None:
    shown = asked.get("callerid")
    name, _, rest = shown.rpartition("<")
    variables = [part for value in asked.all("variable") for part in value.split(",")]
    userfield = next((v.partition("=")[2] for v in variables if v.startswith("CDR(userfield)=")), "")
    wish = Wish(
        caller_num=rest.rstrip(">").strip(), caller_name=name.strip().strip('"'), channel_id=channel_id,
        ring_s=int(asked.get("timeout") or 30000) / 1000, action_id=asked.get("actionid"),
        context=asked.get("context") or "internal", userfield=userfield,
    )  # fmt: skip
    if asked.get("application"):
        start_spying(pbx, wish, number, asked.get("data"))
        return
    plan = pbx.manners.click_to_call(number, asked.get("exten"))
    if number in pbx.exchange.phones:
        pbx.originate(plan, wish)
    else:
        pbx.refuse_originate(plan, wish)
