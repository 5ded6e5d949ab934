"""Several workers at once, and the rest of the worker beside a slow mail server (MSG-4)."""

import threading
import time
from collections import Counter

import pytest
from django.db import close_old_connections, connections
from django.utils import timezone

from callwright.messaging.models import Mail, MailAttempt
from callwright.messaging.operations.deliver import send_due
from callwright.messaging.operations.send_email import queue_email
from callwright.messaging.testing import Post, mailing

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def post():
    with mailing(Post()) as post:
        yield post


def queue(count: int) -> None:
    for n in range(count):
        queue_email(to=f"p{n}@example.org", subject=f"Message {n}", text="x", key=f"m{n}", now=timezone.now())


def worker(until) -> threading.Thread:
    def work() -> None:
        close_old_connections()
        try:
            while not until():
                send_due(timezone.now(), run_s=30)
        finally:
            connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_workers_side_by_side_send_each_message_once(post):
    queue(300)
    deadline = time.monotonic() + 120
    threads = [worker(lambda: not _left() or time.monotonic() > deadline) for _ in range(3)]
    for thread in threads:
        thread.join()
    times = Counter(one.message["Message-ID"] for one in post.received)
    assert len(times) == 300
    assert set(times.values()) == {1}
    assert Mail.objects.filter(state="sent").count() == MailAttempt.objects.filter(outcome="sent").count() == 300
    assert MailAttempt.objects.count() == 300


def _left() -> bool:
    return Mail.objects.exclude(state="sent").exists()


def test_while_a_slow_server_is_spoken_to_nothing_is_locked_and_others_go_on(post):
    post.delay_s = 1.5
    queue(1)
    begun = threading.Event()
    thread = worker(lambda: begun.is_set() or bool(post.offered))
    while not post.offered:
        time.sleep(0.01)
    asked = time.monotonic()
    queue(3)  # into the same table
    Mail.objects.select_for_update(nowait=True).filter(state="sending").update(event="")
    assert time.monotonic() - asked < 1
    assert Mail.objects.filter(state="sending").count() == 1
    post.delay_s = 0
    begun.set()
    other = worker(lambda: not _left())  # another worker does not wait for the first one
    other.join(30)
    thread.join(30)
    assert Mail.objects.filter(state="sent").count() == 3  # the first of the three was the same
