"""Whose stream it is: the session's user and their rights, read in a worker thread that gives its connection back."""

import asyncio
from collections.abc import Callable
from importlib import import_module
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.contrib.auth.signals import user_logged_out
from django.db import close_old_connections, connections
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from callwright.live.operations.publish import Change, publish
from callwright.live.topics import Listener, listener_of

P = ParamSpec("P")
R = TypeVar("R")


async def in_thread(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Runs database work outside the event loop; the connection is given back, however long the stream stays open."""

    def run() -> R:
        close_old_connections()
        try:
            return work(*args, **kwargs)
        finally:
            connections.close_all()

    return await asyncio.to_thread(run)


def who(session_key: str) -> Listener | None:
    """The listener whom the session belongs to; None when it ended, or its user may not log in any more."""
    if not session_key or "\x00" in session_key:
        return None
    engine = import_module(settings.SESSION_ENGINE)
    request = HttpRequest()
    request.session = engine.SessionStore(session_key)
    user = engine.user_of(request)
    if not user.is_authenticated or not user.is_active:
        return None
    return listener_of(user)


@receiver(user_logged_out, dispatch_uid="live.access.logged_out")
def _prove_again(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """The streams of someone who logs out end at once, in every process."""
    if user is not None:
        # Django ends the session only after this signal: a proof that came before would still find it.
        request.session.delete(request.session.session_key)
        publish([Change(topic="access", name="changed", key=str(user.pk))], now=timezone.now())
