"""From the journal to the register: reads records, translates them, has the events applied. Runs in its own thread."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import msgspec
from django.db import InterfaceError, OperationalError, close_old_connections, connection, transaction

from callwright.live.operations.publish import published_together
from callwright.telephony.asterisk.channels import LISTENER, TranslatorConfig
from callwright.telephony.asterisk.protocol import Message, parse
from callwright.telephony.asterisk.translate import Translator, UnreadableSnapshot
from callwright.telephony.events import CallEnded, CallEvent, Event, ListeningEnded
from callwright.telephony.journal import Journal, Position, Record
from callwright.telephony.link.refused import RefusedEvents
from callwright.telephony.models import JournalPosition
from callwright.telephony.queries.listening import open_listenings
from callwright.telephony.queries.pbxs import PbxFacts, hearing
from callwright.telephony.sink import apply, open_calls

log = logging.getLogger("callwright.link")

# Record kinds
MESSAGE, RESYNC, LOST = "M", "R", "L"

BATCH = 400
_PICKED_UP_WITHIN = timedelta(seconds=60)  # the phone of who wants to listen in may not ring yet
_RETRY_S = (0.1, 0.3, 1.0, 2.0, 5.0)


_ADVANCE = """
    INSERT INTO telephony_journalposition (pbx_id, segment, "offset", last_event_at) VALUES (%s, %s, %s, %s)
    ON CONFLICT (pbx_id) DO UPDATE
        SET segment = excluded.segment, "offset" = excluded."offset", last_event_at = excluded.last_event_at
"""


class Resync(msgspec.Struct):
    """What CoreShowChannels, QueueStatus and DeviceStateList said after a connection was made, and by how many seconds
    the PBX's clock is ahead of ours.
    """

    channels: list[Message]
    others: list[Message]
    ahead_s: float = 0.0


def heard_until(pbx_id: int) -> datetime | None:
    """When the last message that was applied had come; None for a PBX that was never heard."""
    return JournalPosition.objects.filter(pbx_id=pbx_id).values_list("last_event_at", flat=True).first()


class Consumer:
    """Works one PBX's journal off, in order. `wake` is called when there is more to read."""

    def __init__(self, *, pbx: PbxFacts, config: TranslatorConfig, journal: Journal) -> None:
        self.pbx, self.pbx_id, self.slug = pbx, pbx.id, pbx.slug
        self.applied = 0
        self.refused = 0
        self._config, self._journal = config, journal
        self._translator = Translator(pbx.slug, config)
        self._position = journal.start
        self._saved = Position(0, 0)
        self._kept = RefusedEvents(journal.folder)
        self.failed = False
        self._awake = threading.Event()
        self._stopping = False
        self._lock = threading.Lock()  # commands ask the translator for channels from another thread
        self._thread = threading.Thread(target=self._run, name=f"consumer-{pbx.slug}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        self._awake.set()

    def stop(self) -> None:
        """Returns when what is being applied is finished or given up."""
        self._stopping = True
        self._awake.set()
        self._thread.join(timeout=20)

    @property
    def position(self) -> Position:
        """Everything before this has been applied."""
        return self._position

    @property
    def has_refused(self) -> bool:
        """Whether events are kept that the register would not take."""
        return bool(self._kept)

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def channel_of(self, leg: str, call: str, extension: str = "") -> str | None:
        """The live channel of a leg, named by its key, or of an extension in a call; of the caller where both are
        empty.
        """
        with self._lock:
            found = self._translator.channel_name(leg or call) if not extension else None
            return found or self._translator.channel_of(call, extension or leg)

    def client_channel_of(self, call: str) -> str | None:
        """The live channel of the client's side of a call."""
        with self._lock:
            return self._translator.client_channel_of(call)

    def channels_of(self, call: str) -> list[str]:
        """All live channels of a call; first those that are known to be recorded."""
        with self._lock:
            return self._translator.channels_of(call)

    def listener_channel(self, uniqueid: str) -> str | None:
        """The live channel of a supervisor who listens in."""
        with self._lock:
            return self._translator.listener_channel(uniqueid)

    def heard_listener(self, uniqueid: str) -> bool:
        """Whether the phone of a supervisor who wants to listen in rang."""
        with self._lock:
            return self._translator.heard_listener(uniqueid)

    def knows(self, call: str) -> bool:
        """Whether a call (its key) goes on, as far as what was read tells."""
        with self._lock:
            return self._translator.knows(call)

    def oldest_start(self) -> datetime | None:
        """When the oldest call that still goes on began."""
        with self._lock:
            return self._translator.oldest_start()

    def sizes(self) -> dict[str, int]:
        with self._lock:
            return self._translator.sizes()

    # ── in the thread ─────────────────────────────────────────────────────────────────────────────────────────────

    def _run(self) -> None:
        try:
            self._persist(self._restore)
            self._take_up_refused()
            while not self._stopping:
                if not self._step():
                    self._awake.wait(timeout=1.0)
                    self._awake.clear()
        except Exception:
            self.failed = not self._stopping
            log.exception("%s: the consumer of the journal failed", self.slug)
        finally:
            connection.close()

    def _take_up_refused(self) -> None:
        """Events that an earlier version or configuration could not apply."""
        if self._kept:
            heard = datetime.now(UTC)
            self._kept.try_again(lambda events: self._persist(lambda: self._commit(events, None, heard)))

    def _restore(self) -> None:
        """Takes up the state where it was: the last snapshot, and the records from there to what was applied."""
        close_old_connections()
        saved = JournalPosition.objects.filter(pbx_id=self.pbx_id).values_list("segment", "offset").first()
        applied = Position(*saved) if saved else self._journal.start
        if not self._journal.start <= applied <= self._journal.end:
            applied = self._journal.start  # the journal is not the one that was applied: start from what is there
        position, state = self._journal.latest_state(applied)
        if state is not None:
            try:
                self._translator = Translator.restore(state, self._config)
            except UnreadableSnapshot as error:
                log.warning("%s: the kept state is of no use (%s)", self.slug, error)
        while position < applied:
            # not one record further: what is read here is not applied again
            records, following = self._journal.read(position, limit=BATCH, before=applied)
            if following == position:
                break
            self._translate(records)
            position = following
        self._position = self._saved = position

    def _step(self) -> bool:
        records, following = self._journal.read(self._position, limit=BATCH)
        if following.segment != self._position.segment:
            self._journal.keep_state(following.segment, self._translator.snapshot())
            self._journal.forget_before(self._saved.segment)
        unwritten = [] if records else self._journal.take_unwritten()
        records = records or unwritten
        events = self._translate(records)
        if events:
            self._apply(events, following, records[-1].at)
        if any(record.kind == RESYNC for record in records):
            self._end_forgotten(records[-1].at, following)
        moved = following != self._position or bool(unwritten)
        self._position = following
        return moved

    def _translate(self, records: Sequence[Record]) -> list[Event]:
        events: list[Event] = []
        with self._lock:
            for record in records:
                try:
                    events += self._translated(record)
                except Exception:
                    # A message that our reading of it cannot stand must not stop the calls after it.
                    log.exception("%s: a message could not be read: %r", self.slug, record.body[:500])
        return events

    def _translated(self, record: Record) -> list[Event]:
        if record.kind == MESSAGE:
            return self._translator.feed(parse(record.body), record.at)
        if record.kind == RESYNC:
            found = msgspec.msgpack.decode(record.body, type=Resync)
            return self._translator.resync(found.channels, found.others, record.at, ahead_s=found.ahead_s)
        if record.kind == LOST:
            self._translator.lost(record.at)
        return []

    def _end_forgotten(self, at: datetime, position: Position) -> None:
        """Calls that still go on in the register, but of which neither the PBX nor we know any more, are over; and so
        are phones that listened in.
        """
        found: list[str] = []
        self._persist(lambda: found.extend(open_calls(self.slug, at)))
        with self._lock:
            gone = [key for key in found if not self._translator.knows(key)]
        if gone:
            log.info("%s: the end of %d calls was not heard", self.slug, len(gone))
            ends = [CallEnded(pbx=self.slug, at=at, call=key, complete=False) for key in gone]
            self._apply(ends, position, at)
        listening: list[str] = []
        self._persist(lambda: listening.extend(open_listenings(self.pbx_id, before=at - _PICKED_UP_WITHIN)))
        with self._lock:
            silent = [one for one in listening if self._translator.listener_channel(f"{LISTENER}{one}") is None]
        if silent:
            over = [ListeningEnded(pbx=self.slug, at=at, listening=one) for one in silent]
            self._apply(over, position, at)

    def _apply(self, events: Sequence[Event], position: Position, heard: datetime) -> None:
        try:
            self._persist(lambda: self._commit(events, position, heard))
        except (OperationalError, InterfaceError):
            raise  # only when stopping: the journal has them for the next start
        except Exception:
            log.exception("%s: a batch of %d events was refused; trying its calls one by one", self.slug, len(events))
            self._apply_apart(events, position, heard)
        self.applied += len(events)
        self._saved = position

    def _commit(self, events: Sequence[Event], position: Position | None, heard: datetime) -> None:
        now = datetime.now(UTC)
        with transaction.atomic():
            with hearing(self.pbx), published_together():
                dropped = apply(events, now)
            for unknown in dropped:
                log.info("an event of a call that nobody announced was dropped: %s", unknown.identity())
            if position is not None:
                with connection.cursor() as cursor:
                    cursor.execute(_ADVANCE, [self.pbx_id, *position, heard])

    def _apply_apart(self, events: Sequence[Event], position: Position, heard: datetime) -> None:
        """One call that cannot be applied must not hold up the others; its events are kept for another try."""
        apart: dict[str, list[Event]] = {}
        for event in events:
            apart.setdefault(event.call if isinstance(event, CallEvent) else "", []).append(event)
        for key, group in apart.items():
            try:
                self._persist(lambda group=group: self._commit(group, None, heard))  # type: ignore[misc]
            except (OperationalError, InterfaceError):
                raise
            except Exception as error:
                self.refused += len(group)
                log.exception("%s: the events of call %s are refused and kept in %s", self.slug, key, self._kept.path)
                self._kept.keep(group, repr(error))
        self._persist(lambda: self._commit([], position, heard))

    def _persist(self, work: Callable[[], None]) -> None:
        """Does the work however long the database is away."""
        tries = 0
        while True:
            try:
                close_old_connections()
                work()
                return
            except (OperationalError, InterfaceError) as error:
                connection.close()
                if self._stopping:
                    raise
                wait = _RETRY_S[min(tries, len(_RETRY_S) - 1)]
                if tries in (0, 5) or tries % 60 == 0:
                    log.warning("%s: the database is away (%s); the journal keeps the events", self.slug, error)
                tries += 1
                time.sleep(wait)
