"""The demonstration's simulated PBX: the same house as the loaded data, with calls from its contacts all day long."""

import asyncio
import contextlib
import os
import secrets
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

from django.utils import timezone

from callwright.config.demo.house import Organisation
from callwright.config.demo.logins import AGENTS, OTHERS
from callwright.config.demo.numbers import RANGES, Numbers
from callwright.telephony.fake.house import Caller, Extension, House, Line, Queue
from callwright.telephony.fake.scenario import Scenario, Traffic

SLUG = "demo"
_STRANGERS = 120
# With talks of a minute and a half this keeps half of the twelve busy at noon.
_CURVE = (0.4,) * 7 + (0.8, 1.1, 1.3, 1.4, 1.3, 1.1, 1.2, 1.3, 1.2, 1.1, 0.9, 0.7) + (0.5,) * 5
_TRAFFIC = Traffic(per_s=0.06, curve=_CURVE, known_rate=1.0, patience_s=(25.0, 70.0))


def connection_of(pbx: str) -> dict[str, Any]:
    """The PBX's row: `fake` is the simulated one, `asterisk` the real one of tests/pbx, `none` waits to be set up."""
    shared = {"trunks": ["trunk"], "extension_template": "PJSIP/{extension}", "dial_context": "internal"}
    match pbx:
        case "fake":
            port = int(os.environ.get("CALLWRIGHT_FAKE_PBX_PORT", "15038"))
            return shared | {
                "name": "Simulated PBX", "host": "127.0.0.1", "port": port, "username": "callwright",
                "secret": secrets.token_urlsafe(24), "simulated": True,
            }  # fmt: skip
        case "asterisk":
            records = Path(os.environ.get("XDG_RUNTIME_DIR") or "/tmp", "callwright-pbx-127.0.7", "log")  # noqa: S108
            return shared | {
                "name": "Asterisk", "host": "127.0.7.1", "port": 5038, "username": "crm-lean", "secret": "crmsecret",
                "cdr_csv": str(records / "cdr-csv/Master.csv"), "cel_csv": str(records / "cel-custom/Master.csv"),
            }  # fmt: skip
    return shared | {"name": "PBX", "enabled": False}


def fake_pbx_command() -> list[str]:
    """The command line of the simulated PBX's process."""
    return [sys.executable, "-m", "callwright.config.demo.pbx"]


def house_of(plan: Organisation) -> House:
    """The organisation as the simulated PBX needs it."""
    extensions = tuple(Extension(one.extension, one.name) for one in (*AGENTS, *OTHERS) if one.extension)
    queues = tuple(Queue(q.name, q.members, ring_s=20.0, wait_s=60.0) for q in plan.queues)
    lines = tuple(
        Line(one.number, queue=one.queue, extension=one.extension, ring_s=20.0)
        for account in plan.accounts
        for one in account.lines
    )
    return House(extensions, queues, lines, company_number=lines[0].number, system_name=SLUG)


def callers_of(contacts: Sequence[tuple[str, str, str]], *, seed: int = 7) -> dict[str, list[Caller]]:
    """Contacts (account, number, name) by account, and strangers by the empty name."""
    random = Random(seed)  # noqa: S311 - simulation, no secret
    numbers, taken = Numbers(random), {number for _, number, _ in contacts}
    strangers = [numbers.take(random.choice(list(RANGES)))[0] for _ in range(_STRANGERS)]
    callers = {"": [Caller(number) for number in strangers if number not in taken]}
    for account, number, name in contacts:
        callers.setdefault(account, []).append(Caller(number, name))
    return callers


def keep_port_free() -> None:
    """Give the simulated PBX another port when a program that is not ours listens on its own."""
    from callwright.telephony.models import Pbx
    from callwright.telephony.operations.save_pbx import save_pbx

    row = Pbx.objects.filter(slug=SLUG, simulated=True).first()
    if row is None:
        return
    with contextlib.suppress(OSError), socket.create_server((row.host, row.port)):
        return
    with socket.create_server((row.host, 0)) as free:
        row.port = free.getsockname()[1]
    save_pbx(pbx=row, now=timezone.now())


async def serve() -> None:
    """Answer on the port of the PBX's row until SIGTERM. Raises what goes wrong inside the simulation."""
    from asgiref.sync import sync_to_async

    from callwright.config.demo.visitors import Attention
    from callwright.telephony.fake.pbx import FakePbx
    from callwright.telephony.fake.users import AmiUser

    row, plan, contacts = await sync_to_async(_read)()
    callers = callers_of(contacts)
    scenario = Scenario(house_of(plan), _TRAFFIC, tuple(callers[""]), seed=secrets.randbits(32))
    stop = asyncio.Event()
    for which in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(which, stop.set)
    user = AmiUser(row.username, row.secret)
    async with FakePbx(
        house=scenario.house, users=[user], host=row.host, port=row.port, seed=scenario.seed, keep_calls=100
    ) as pbx:
        attention = Attention(pbx, plan, callers, seed=scenario.seed)
        pbx.schedule(attention.believable(scenario.plans(start=pbx.clock.synchronise())))
        following = asyncio.create_task(attention.follow())
        following.add_done_callback(lambda _: stop.set())
        await pbx.run_until(stop)
        following.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await following


def _read() -> tuple[Any, Organisation, list[tuple[str, str, str]]]:
    from callwright.accounts.models import Organisation as Row
    from callwright.config.demo.house import Kind, organisation
    from callwright.contacts.models import ContactNumber
    from callwright.telephony.models import Pbx

    numbers = ContactNumber.objects.order_by("id").values_list("account__name", "number", "contact__name")
    return Pbx.objects.get(slug=SLUG), organisation(Kind(Row.objects.get(pk=1).kind)), list(numbers)


if __name__ == "__main__":
    from callwright.config.database import database

    with database():
        asyncio.run(serve())
