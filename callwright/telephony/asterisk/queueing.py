"""Queues: callers that wait, and why they stop waiting."""

from callwright.telephony.asterisk.protocol import Message
from callwright.telephony.asterisk.state import Book, Call
from callwright.telephony.events import QueueChanged, QueueJoined, QueueLeft, QueueResult, Side


def on_queue_caller_join(book: Book, m: Message) -> None:
    note_waiting(book, m.get("Queue"), m.whole("Count"))
    call = book.call_of(m.get("Uniqueid"))
    if call is None or call.queue == m.get("Queue"):
        return
    book.touch(call)
    if call.queue:
        leave_queue(book, call, QueueResult.LEFT)
    call.queue = m.get("Queue")
    call.queue_dropped = None
    call.asked = None
    book.out.append(QueueJoined(pbx=book.pbx, at=book.now, call=call.key, queue=call.queue))


def on_agent_connect(book: Book, m: Message) -> None:
    call = book.call_of(m.get("Uniqueid"))
    if call is not None and call.queue:
        leave_queue(book, call, QueueResult.CONNECTED)


def on_queue_caller_abandon(book: Book, m: Message) -> None:
    """Sent when the caller hung up, and also when the PBX took the caller out; only the hang-up request tells."""
    call = book.call_of(m.get("Uniqueid"))
    if call is None or not call.queue:
        return
    book.touch(call)
    if call.asked is Side.CALLER:
        leave_queue(book, call, QueueResult.ABANDONED)
    else:
        call.queue_dropped = book.now


def on_queue_caller_leave(book: Book, m: Message) -> None:
    note_waiting(book, m.get("Queue"), m.whole("Count"))
    call = book.call_of(m.get("Uniqueid"))
    if call is None or call.queue != m.get("Queue") or call.queue_dropped is not None:
        return
    book.touch(call)
    if call.queue_answered or any(leg.answered and leg.queue == call.queue for leg in call.legs.values()):
        leave_queue(book, call, QueueResult.CONNECTED)
    elif call.asked is Side.CALLER:
        leave_queue(book, call, QueueResult.ABANDONED)
    else:
        leave_queue(book, call, QueueResult.LEFT)


def on_caller_gone(book: Book, call: Call) -> None:
    if call.queue_dropped is not None:
        leave_queue(book, call, QueueResult.ABANDONED)


def on_goes_on(book: Book, call: Call) -> None:
    """The dialplan does something else with a caller whom the queue dropped: so it was not the caller who left."""
    if call.queue_dropped is not None:
        leave_queue(book, call, QueueResult.TIMEOUT)


def leave_at_end(book: Book, call: Call) -> None:
    if call.queue:
        by_caller = call.asked is Side.CALLER
        leave_queue(book, call, QueueResult.ABANDONED if by_caller else QueueResult.TIMEOUT)


def leave_queue(book: Book, call: Call, result: QueueResult) -> None:
    at = call.queue_dropped or book.now
    book.out.append(QueueLeft(pbx=book.pbx, at=at, call=call.key, queue=call.queue, result=result))
    call.queue = ""
    call.queue_dropped = None
    call.queue_answered = False


def note_waiting(book: Book, queue: str, count: int | None) -> None:
    if count is not None and book.state.waiting.get(queue) != count:
        book.state.waiting[queue] = count
        book.out.append(QueueChanged(pbx=book.pbx, at=book.now, queue=queue, waiting=count))
