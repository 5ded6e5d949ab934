"""Links of screens: made, withdrawn, seen; and tokens that open nothing."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from callwright.floor.models import Screen, WrongToken
from callwright.floor.queries.screens import OpenScreen, digest_of, unanswered_screens
from callwright.floor.queries.wallboards import visible_wallboards
from callwright.floor.rules import WRONG_TOKENS_S
from callwright.live.operations.publish import Change, publish
from callwright.staff.operations.record_audit import record_audit

_SEEN_EVERY = timedelta(minutes=1)


class NoSuchWallboard(Exception):
    """There is none that the viewer may set up."""


class AlreadyWithdrawn(Exception):
    """Somebody else withdrew the link before."""


@transaction.atomic
def make_screen(
    *, viewer: Any, wallboard_id: int, name: str, expires_at: datetime | None, now: datetime
) -> tuple[Screen, str]:
    """A new link with its token, which cannot be read again. Raises NoSuchWallboard."""
    wallboard = visible_wallboards(viewer).filter(pk=wallboard_id).first()
    if wallboard is None:
        raise NoSuchWallboard
    token = secrets.token_urlsafe(32)
    screen = Screen.objects.create(
        wallboard=wallboard, name=name, token_sha256=digest_of(token), created_at=now, created_by_id=viewer.pk,
        answered_by_id=viewer.pk, expires_at=expires_at,
    )  # fmt: skip
    _record("screen_made", screen, viewer.pk, now)
    return screen, token


@transaction.atomic
def withdraw_screen(*, viewer: Any, screen_id: int, now: datetime) -> Screen:
    """The link opens nothing any more, and a screen that shows it stops at once. Raises NoSuchWallboard,
    AlreadyWithdrawn.
    """
    screen = _locked(viewer, screen_id)
    screen.revoked_at, screen.revoked_by_id = now, viewer.pk
    screen.save(update_fields=["revoked_at", "revoked_by"])
    stop_screens([screen.pk], now=now)
    _record("screen_withdrawn", screen, viewer.pk, now)
    return screen


@transaction.atomic
def answer_for_screen(*, viewer: Any, screen_id: int, now: datetime) -> Screen:
    """The viewer answers for a link from now on, and it opens again. Raises NoSuchWallboard, AlreadyWithdrawn."""
    screen = _locked(viewer, screen_id)
    screen.answered_by_id = viewer.pk
    screen.save(update_fields=["answered_by"])
    _record("screen_answered", screen, viewer.pk, now)
    return screen


def _locked(viewer: Any, screen_id: int) -> Screen:
    screens = Screen.objects.select_for_update(of=("self",)).filter(wallboard__in=visible_wallboards(viewer))
    screen = screens.filter(pk=screen_id).first()
    if screen is None:
        raise NoSuchWallboard
    if screen.revoked_at is not None:
        raise AlreadyWithdrawn
    return screen


def answer_for_screens_of(wallboard_id: int, *, by: int, but: Collection[int], now: datetime) -> None:
    """Whoever changes what a wallboard shows answers for its links, `but` these, where those who did may not see all
    of it any more.
    """
    ids = unanswered_screens([wallboard_id], now=now) - set(but)
    Screen.objects.filter(pk__in=ids).update(answered_by_id=by)


def stop_screens(ids: list[int], *, now: datetime) -> None:
    """Has the streams of these screens prove at once that they may go on."""
    publish([Change("access", "changed", str(-id)) for id in ids], now=now)


def note_seen(screen: OpenScreen, *, now: datetime) -> None:
    """The screen is on; noted once a minute."""
    if screen.last_seen_at is None or now - screen.last_seen_at > _SEEN_EVERY:
        Screen.objects.filter(pk=screen.id).update(last_seen_at=now)


@transaction.atomic
def note_wrong_token(address: str, *, now: datetime) -> None:
    """Counts a token that opens nothing, and forgets those that count no more."""
    WrongToken.objects.filter(at__lte=now - timedelta(seconds=WRONG_TOKENS_S)).delete()
    WrongToken.objects.create(address=address[:45], at=now)


def _record(action: str, screen: Screen, by: int, now: datetime) -> None:
    detail = {"screen": screen.name}
    record_audit(action=action, subject=f"wallboard:{screen.wallboard_id}", by=by, detail=detail, now=now)
