"""A link to a PBX, in this process, on a real database."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

from asgiref.sync import sync_to_async

from callwright.telephony.fake import FakePbx
from callwright.telephony.link.configuration import LinkConfig, link_config
from callwright.telephony.link.connection import PbxLink
from callwright.telephony.models import Pbx

Found = TypeVar("Found")


@sync_to_async
def configured(*, slug: str = "main", **fields: Any) -> LinkConfig:
    """The PBX's row with these fields, and how it is linked."""
    given = {"name": slug.title(), "username": "crm", "secret": "crmsecret", "trunks": ["trunk"], **fields}
    row, _ = Pbx.objects.update_or_create(slug=slug, defaults=given)
    return link_config(row)


async def config_for(pbx: FakePbx, **more: Any) -> LinkConfig:
    """How a fake PBX is linked."""
    return await configured(**{"host": pbx.host, "port": pbx.port, "simulated": True, **more})


@contextlib.asynccontextmanager
async def linked(config: LinkConfig) -> AsyncIterator[PbxLink]:
    """A link that is up, and is ended as `callwright link` ends it."""
    link = PbxLink(config)
    task = asyncio.create_task(link.run())
    try:
        await until(lambda: link.ami is not None)
        yield link
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until(condition: Callable[[], bool], *, timeout_s: float = 20) -> None:
    async with asyncio.timeout(timeout_s):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def until_found(find: Callable[[], Awaitable[Found]], *, timeout_s: float = 20) -> Found:
    """Asks until the answer is not empty, and returns it."""
    async with asyncio.timeout(timeout_s):
        while not (found := await find()):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return found


async def worked_off(link: PbxLink) -> None:
    """Returns when all that has come has been applied."""
    await asyncio.sleep(0.1)
    await until(lambda: link.consumer.position == link.journal.end)
