"""Real calls, recorded by the real Asterisk, fetched by the product (CALL-9)."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy
import pytest
import soundfile
from asgiref.sync import sync_to_async

from callwright.recordings.tests.servers import SshServer, give, web
from callwright.telephony.asterisk import commands
from callwright.telephony.asterisk.channels import TranslatorConfig
from callwright.telephony.asterisk.client import ActionRefused, Address, Ami
from callwright.telephony.asterisk.commands import Order, Refusal, refusal_of
from callwright.telephony.asterisk.protocol import parse
from callwright.telephony.asterisk.translate import Translator
from callwright.telephony.events import CallEvent, Event, RecordingPaused, RecordingStarted
from tests.pbx.rig import Rig

pytestmark = [pytest.mark.asterisk, pytest.mark.django_db(transaction=True)]


class Link:
    """The product's ear at the PBX, as little as it is advised to hear, and its orders."""

    def __init__(self, ami: Ami) -> None:
        self.ami = ami
        self.translator = Translator("main", TranslatorConfig(trunks=frozenset(["trunk"])))
        self.events: list[Event] = []
        self._task = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for block in self.ami.blocks():
            self.events += self.translator.feed(parse(block), datetime.now(UTC))

    async def give(self, order: Order) -> None:
        await self.ami.act(order.action, order.fields)

    @property
    def call(self) -> str:
        return next(event.call for event in self.events if isinstance(event, CallEvent))

    def channel_of(self, extension: str) -> str:
        name = self.translator.channel_of(self.call, extension)
        assert name
        return name

    async def over(self) -> list[CallEvent]:
        """All that was told of calls, once none goes on."""
        for _ in range(150):
            if self.events and not any(self.translator.sizes().values()):
                return [event for event in self.events if isinstance(event, CallEvent)]
            await asyncio.sleep(0.1)
        raise AssertionError(self.translator.sizes())

    async def close(self) -> None:
        self._task.cancel()
        await self.ami.close()


@pytest.fixture
async def link(rig: Rig) -> AsyncIterator[Link]:
    await rig.register([101, 102])
    link = Link(await Ami.connect(Address(host=rig.pbx.ip, username="crm-lean", secret="crmsecret")))
    yield link
    await link.close()


@pytest.fixture
def source(pbx: Any, rig: Rig, tmp_path: Path, account: Any, settings: Any) -> Any:
    from callwright.recordings.models import Source

    settings.MEDIA_ROOT, settings.HOME = tmp_path / "kept", tmp_path / "home"
    pbx.trunks = ["trunk"]
    pbx.save()
    folder = str(rig.pbx.run / "spool" / "monitor")
    return Source.objects.create(pbx=pbx, folder=folder, pattern="{uniqueid}.*", pbx_folder=folder)


def fetched(events: Iterable[CallEvent]) -> Any:
    """The one call of the events, with its recording fetched."""
    from callwright.calls.models import Call
    from callwright.calls.operations.apply_events import apply_events
    from callwright.recordings.testing import fetch_now

    apply_events(list(events), now=datetime.now(UTC))
    fetch_now()
    (call,) = Call.objects.all()
    return call


def sound_of(tmp_path: Path) -> tuple[Any, int]:
    from callwright.recordings.models import Part

    (part,) = Part.objects.all()
    samples, rate = soundfile.read(tmp_path / "kept" / part.playable, dtype="int16", always_2d=True)
    return samples, rate


def loudness(samples: Any) -> float:
    return float(numpy.sqrt(numpy.mean(samples.astype(numpy.float64) ** 2)))


async def test_a_call_given_away_blindly_has_one_recording_from_a_folder_by_sftp_and_by_http(
    rig: Rig, link: Link, source: Any, tmp_path: Path
) -> None:
    client = await rig.carrier.call("74951000100", talk_s=9)
    await rig[101].answer(0.5)
    await asyncio.sleep(3)
    await link.give(commands.blind_transfer(channel=link.channel_of("101"), to="102", context="internal"))
    await rig[102].answer(0.5)
    await client.over()
    call = await sync_to_async(fetched)(await link.over())
    assert (call.recording, call.transferred_to) == ("downloaded", "102")
    samples, rate = await sync_to_async(sound_of)(tmp_path)
    assert abs(len(samples) / rate - call.talk_s) < 3 and loudness(samples) > 200
    await sync_to_async(_by_other_ways)(source, call, rig.pbx.run / "spool" / "monitor")


def _by_other_ways(source: Any, call: Any, folder: Path) -> None:
    from callwright.calls.queries.recorded import recorded_call
    from callwright.recordings.models import Part
    from callwright.recordings.operations.fetch_again import fetch_again
    from callwright.recordings.operations.open_source import sealed
    from callwright.recordings.testing import fetch_now

    known = Part.objects.get().sha256

    def again() -> None:
        found = recorded_call(call.account_id, call.id)
        assert found is not None
        Part.objects.all().delete()
        fetch_again(found, now=datetime.now(UTC))
        fetch_now()
        assert Part.objects.get().sha256 == known

    ssh = SshServer(folder)
    source.kind, source.folder, source.host, source.port = "sftp", "/", "127.0.0.1", ssh.port
    source.username, source.sealed = "callwright", sealed({"password": "s3cret"})
    source.host_key = ssh.key.export_public_key().decode().strip()
    source.save()
    again()
    ssh.stop()
    with web(give(folder / f"{call.pbx_key}.wav")) as url:
        source.kind, source.url, source.pattern = "http", url, "{uniqueid}.wav"
        source.save()
        again()


async def test_both_sides_stay_apart_in_a_call_given_away_after_asking(
    rig: Rig, link: Link, source: Any, tmp_path: Path
) -> None:
    client = await rig.carrier.call("74951000121", talk_s=12)
    await rig[101].answer(0.5)
    await asyncio.sleep(3)
    await link.give(commands.attended_transfer(channel=link.channel_of("101"), to="102", context="internal"))
    await rig[102].answer(0.5)
    await asyncio.sleep(1.5)
    await link.give(commands.hang_up(channel=link.channel_of("101")))
    await client.over()
    call = await sync_to_async(fetched)(await link.over())
    assert (call.recording, call.transferred_to) == ("downloaded", "102")
    samples, rate = await sync_to_async(sound_of)(tmp_path)
    assert samples.shape[1] == 2 and abs(len(samples) / rate - call.talk_s) < 5
    client_side, our_side = samples[: 3 * rate, 0], samples[: 3 * rate, 1]
    assert loudness(client_side) > 100 and loudness(our_side) > 100
    assert abs(float(numpy.corrcoef(client_side, our_side)[0, 1])) < 0.5


async def test_each_side_in_a_file_of_its_own_is_a_lane_of_one_recording(
    rig: Rig, link: Link, source: Any, tmp_path: Path
) -> None:
    source.own_side_pattern, source.other_side_pattern = "{uniqueid}-in.wav", "{uniqueid}-out.wav"
    await sync_to_async(source.save)()
    client = await rig.carrier.call("74951000124", talk_s=8)
    await rig[101].answer(0.5)
    await asyncio.sleep(4)
    (channel,) = link.translator.channels_of(link.call)[:1]
    await link.give(commands.pause_recording(channel=channel, paused=True))
    await client.over()
    call = await sync_to_async(fetched)(await link.over())
    samples, rate = await sync_to_async(sound_of)(tmp_path)
    assert call.recording == "downloaded" and samples.shape[1] == 2
    client_side, our_side = samples[: 3 * rate, 0], samples[: 3 * rate, 1]
    assert loudness(client_side) > 100 and loudness(our_side) > 100
    assert abs(float(numpy.corrcoef(client_side, our_side)[0, 1])) < 0.5
    assert loudness(samples[-rate:, 0]) < 10 and loudness(samples[-rate:, 1]) < 10


async def test_a_call_that_is_recorded_in_three_files_is_silent_in_all_of_them(
    rig: Rig, link: Link, source: Any, tmp_path: Path
) -> None:
    client = await rig.carrier.call("74951000123", talk_s=9)
    await rig[101].answer(0.5)
    await asyncio.sleep(3)
    channels = link.translator.channels_of(link.call)
    assert sorted(name.partition("-")[0] for name in channels) == ["PJSIP/101", "PJSIP/trunk"]
    for channel in channels:
        await link.give(commands.pause_recording(channel=channel, paused=True))
    await asyncio.sleep(3)
    assert await sync_to_async(silent_since)(link.events)
    for channel in channels:
        await link.give(commands.pause_recording(channel=channel, paused=False))
    await client.over()
    await link.over()
    files = [event.file for event in link.events if isinstance(event, RecordingStarted)]
    assert len(set(files)) == 3
    for file in files:
        samples, rate = soundfile.read(file, dtype="int16", always_2d=True)
        seconds = [loudness(samples[n * rate : (n + 1) * rate]) for n in range(len(samples) // rate)]
        assert sum(one < 40 for one in seconds) >= 2 and sum(one > 100 for one in seconds) >= 3, (file, seconds)


def silent_since(events: Iterable[Event]) -> datetime | None:
    """Since when nothing is recorded of the one call, by what the PBX told so far."""
    from callwright.calls.models import Call
    from callwright.calls.operations.apply_events import apply_events
    from callwright.calls.queries.recorded import recorded_call

    apply_events([event for event in events if isinstance(event, CallEvent)], now=datetime.now(UTC))
    call = Call.objects.get()
    found = recorded_call(call.account_id, call.id)
    return found.paused_since if found else None


async def test_on_a_channel_that_is_not_recorded_there_is_nothing_to_pause(rig: Rig, link: Link) -> None:
    client = await rig.carrier.call("74951000122", talk_s=4)
    await rig[101].answer(0.5)
    await asyncio.sleep(1)
    recorded, phone = link.translator.channels_of(link.call)
    assert "trunk" in recorded
    await link.give(commands.pause_recording(channel=recorded, paused=True))
    with pytest.raises(ActionRefused) as refused:
        await link.give(commands.pause_recording(channel=phone, paused=True))
    assert refusal_of(refused.value.message) is Refusal.NOT_RECORDED
    await asyncio.sleep(0.5)
    assert [event.recording for event in link.events if isinstance(event, RecordingPaused)] == [link.call]
    await client.over()


async def test_what_is_said_while_the_recording_is_paused_is_not_in_it(
    rig: Rig, link: Link, source: Any, tmp_path: Path
) -> None:
    from callwright.calls.queries.recorded import recorded_call

    client = await rig.carrier.call("74951000122", talk_s=9)
    await rig[101].answer(0.5)
    await asyncio.sleep(3)
    channel = link.translator.channels_of(link.call)[0]
    assert "trunk" in channel
    await link.give(commands.pause_recording(channel=channel, paused=True))
    await asyncio.sleep(3)
    await link.give(commands.pause_recording(channel=channel, paused=False))
    await client.over()
    call = await sync_to_async(fetched)(await link.over())
    assert call.recording == "downloaded"
    found = await sync_to_async(recorded_call)(call.account_id, call.id)
    assert found is not None
    ((began, ended),) = found.recordings[0].pauses
    assert abs((ended - began).total_seconds() - 3) < 0.5
    samples, rate = await sync_to_async(sound_of)(tmp_path)
    seconds = [loudness(samples[n * rate : (n + 1) * rate]) for n in range(len(samples) // rate)]
    paused_from = (began - found.talks[0][0]).total_seconds()
    middle = int(paused_from + 1)
    assert seconds[middle] < 40 < 100 < max(seconds[:2]) and max(seconds[middle + 3 :]) > 100
