"""The AMI server: connections, log-in, the rights to act, and what can go wrong with a connection."""

import asyncio
import hashlib
import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING

from callwright.telephony.fake import demo_actions, queue_actions, recording_actions  # noqa: F401 - they register themselves
from callwright.telephony.fake.actions import ACTIONS, respond
from callwright.telephony.fake.session import Action, Session
from callwright.telephony.fake.users import AmiUser
from callwright.telephony.fake.wire import lines

if TYPE_CHECKING:
    from callwright.telephony.fake.pbx import FakePbx


class Server:
    """Accepts any number of clients at `host`:`port`; port 0 takes a free one, and keeps it over restarts."""

    def __init__(self, *, pbx: "FakePbx", users: Sequence[AmiUser], host: str, port: int) -> None:
        self.pbx, self.host, self.port = pbx, host, port
        self.users = {u.name: u for u in users}
        self.sessions: set[Session] = set()
        self.write_timeout_s = 5.0
        self.somebody = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._tails: dict[Session, asyncio.Task[None]] = {}
        self._timers: set[asyncio.TimerHandle] = set()

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Session(self), self.host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        for timer in self._timers:
            timer.cancel()
        for task in list(self._tails.values()):
            task.cancel()
        await asyncio.gather(*self._tails.values(), return_exceptions=True)
        if self._server is not None:
            self._server.close()
        self.drop_all()
        if self._server is not None:
            await self._server.wait_closed()
            self._server = None
        await asyncio.sleep(0)

    async def go_down(self, *, graceful: bool) -> None:
        if graceful:
            how = lines((("Shutdown", "Cleanly"), ("Restart", "True")))
            self.pbx.wire.emit("Shutdown", "system", how)
            await self.flush()
        await self.close()

    def forget(self, session: Session) -> None:
        self.sessions.discard(session)
        self.pbx.wire.detach(session)
        if not self.pbx.wire.sinks:
            self.somebody.clear()

    async def flush(self, *, wait: bool = False) -> None:
        """Writes what is pending; `wait`: until slow readers have caught up or were dropped."""
        for session in list(self.sessions):
            session.flush()
        if wait:
            for session in list(self.sessions):
                if not session.writable.is_set():
                    await session.writable.wait()

    # -- actions -----------------------------------------------------------------------------------------------

    def act(self, session: Session, action: Action) -> None:
        name = action.name
        self.pbx.clock.synchronise()
        if not name:
            respond(session, action, "Error", "Missing action in request")
        elif name == "login":
            self._login(session, action)
        elif name == "challenge":
            self._challenge(session, action)
        elif name == "logoff":
            respond(session, action, "Goodbye", "Thanks for all the fish.")
            session.hang_up()
        elif session.user is None:
            respond(session, action, "Error", "Permission denied")
        elif (entry := ACTIONS.get(name)) is None:
            text = (
                f"Invalid/unknown command: {action.get('action')}. Use Action: ListCommands to show available commands."
            )
            respond(session, action, "Error", text)
        elif entry.needs and not entry.needs & session.user.write:
            respond(session, action, "Error", "Permission denied")
        else:
            entry.act(self.pbx, session, action)
            # What the action set going must be sent even when nothing else is due.
            self.pbx.clock.after(0, _nothing)

    def _challenge(self, session: Session, action: Action) -> None:
        if action.get("authtype").upper() != "MD5":
            respond(session, action, "Error", "Must specify AuthType")
            return
        session.challenge = str(secrets.randbelow(10**9))
        respond(session, action, "Success", "", (("Challenge", session.challenge),))

    def _login(self, session: Session, action: Action) -> None:
        user = self.users.get(action.get("username"))
        if user is None or self.pbx.faults.refuse_login or not self._proves(session, action, user):
            # Asterisk waits a second, refuses, and closes.
            self._later(self.refusal_s, self._refuse, session, action)
            return
        session.user = user
        session.events_on = action.get("events", "on").lower() not in ("off", "no", "false")
        self.pbx.wire.attach(session)
        self.somebody.set()
        respond(session, action, "Success", "Authentication accepted")
        if "system" in user.read and session.events_on:
            self._fully_booted(session)

    refusal_s = 0.2

    def _refuse(self, session: Session, action: Action) -> None:
        respond(session, action, "Error", "Authentication failed")
        session.hang_up()

    def _fully_booted(self, session: Session) -> None:
        up = str(int(self.pbx.clock.now - self.pbx.exchange.started))
        head = b"Event: FullyBooted\r\nPrivilege: system,all\r\n"
        session.send(head + lines((("Uptime", up), ("LastReload", up), ("Status", "Fully Booted"))) + b"\r\n")

    @staticmethod
    def _proves(session: Session, action: Action, user: AmiUser) -> bool:
        if action.get("authtype").upper() == "MD5":
            # The AMI protocol prescribes MD5.
            wanted = hashlib.md5((session.challenge + user.secret).encode()).hexdigest()  # noqa: S324
            return bool(session.challenge) and secrets.compare_digest(wanted, action.get("key"))
        given = action.get("secret").encode("utf-8", "surrogateescape")
        return secrets.compare_digest(user.secret.encode(), given)

    def _later(self, delay_s: float, act: object, *args: object) -> None:
        timer = asyncio.get_running_loop().call_later(delay_s, act, *args)  # type: ignore[arg-type]
        self._timers = {t for t in self._timers if not t.cancelled() and t.when() > timer.when() - 60}
        self._timers.add(timer)

    # -- faults ------------------------------------------------------------------------------------------------

    def drop_all(self) -> None:
        """Cuts every connection without a word."""
        for session in list(self.sessions):
            session.drop()

    def send_raw(self, data: bytes) -> None:
        """Writes bytes as they are to every client that has logged in."""
        for session in list(self.sessions):
            if session.user is not None:
                session.send(data)
                session.flush()

    def deafen(self, on: bool) -> None:
        """Stops (or resumes) reading from clients: their writes fill up."""
        self.pbx.faults.deaf = on
        for session in list(self.sessions):
            if session.transport is not None:
                (session.transport.pause_reading if on else session.transport.resume_reading)()

    def write_halves(self, session: Session, data: bytes, pause_s: float) -> None:
        before = self._tails.get(session)
        self._tails[session] = asyncio.create_task(self._halves(session, data, pause_s, before))

    async def _halves(self, session: Session, data: bytes, pause_s: float, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.gather(before, return_exceptions=True)
        middle = len(data) // 2
        for piece in (data[:middle], data[middle:]):
            if session.transport is not None and not session.transport.is_closing():
                session.transport.write(piece)
            await asyncio.sleep(pause_s)
        if self._tails.get(session) is asyncio.current_task():
            del self._tails[session]


def _nothing() -> None:
    """Wakes the clock."""
