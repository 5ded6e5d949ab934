"""What travels to screens: the boards of the live stream, and the pass by which a screen hears its own."""

from collections.abc import Hashable, Sequence
from dataclasses import replace
from time import monotonic
from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from callwright.floor.operations.screens import note_seen
from callwright.floor.queries.day import day_so_far
from callwright.floor.queries.picture import Day, Scope, Values, floor_picture, wallboard_picture, without_silent
from callwright.floor.queries.screens import screen_of
from callwright.floor.queries.snapshot import snapshot
from callwright.floor.queries.wallboards import floor_scope, shown_wallboards
from callwright.floor.rules import midnight
from callwright.live.boards import declare_board
from callwright.live.topics import Listener, declare_pass
from callwright.staff.rules import role_has

COOKIE = "callwright_screen"
COOKIE_PATH = "/floor/screen/"
STREAM = "/floor/screen/live"

_OF = ("calls", "floor", "queues", "pbx", "missed", "listening", "wallboards")
Accounts = frozenset[int] | None


def declare_boards() -> None:
    declare_board(
        "wallboard", of=_OF, group=_wallboard_group, work_out=_wallboards,
        rule=lambda listener, rest: role_has(listener.role, "set_up_wallboards"),
    )  # fmt: skip
    declare_board(
        "floor-now", of=_OF, work_out=_floors,
        group=lambda listener, rest, language: (listener.accounts, listener.user_id),
        rule=lambda listener, rest: role_has(listener.role, "watch_floor"),
    )  # fmt: skip
    declare_pass(STREAM, cookie=COOKIE, source=_screen)


def floor_now(accounts: Accounts, user_id: int = 0) -> Values:
    """What a user who sees these accounts watches, for a page that has just been opened."""
    return _floors([(accounts, user_id)], monotonic())[accounts, user_id]


def _screen(token: str) -> Listener | None:
    """The screen that the token belongs to: it may hear its wallboard, which says itself what may be shown."""
    now = timezone.now()
    screen = screen_of(token, now=now)
    if screen is None:
        return None
    note_seen(screen, now=now)
    user = SimpleNamespace(language=screen.language)
    return Listener(-screen.id, "screen", None, user, frozenset({f"wallboard:{screen.wallboard_id}"}))


def _wallboard_group(listener: Listener, rest: str, language: str) -> Hashable:
    return int(rest) if rest.isdecimal() and len(rest) < 10 else 0, listener.accounts


def _wallboards(groups: Sequence[Any], since: float) -> dict[Hashable, Values]:
    """One look at everything for all wallboards that are watched; no word in it is of a language."""
    now = timezone.now()
    shown = shown_wallboards(wallboard_id for wallboard_id, _ in groups)
    days = _days({(midnight(now, one.zone), one.scope.within_s) for one in shown.values()})
    seen = snapshot(now, since)
    found: dict[Hashable, Values] = {}
    for wallboard_id, accounts in groups:
        one = shown.get(wallboard_id)
        if one is None:
            continue
        picture = wallboard_picture(seen, days[midnight(now, one.zone)], _within(one.scope, accounts))
        picture["set"]["rev"] = one.revision
        found[wallboard_id, accounts] = picture
    return found


def _within(scope: Scope, accounts: Accounts) -> Scope:
    """A supervisor who looks at a wallboard sees no more of it than their own accounts."""
    if accounts is None:
        return scope
    return replace(scope, accounts=accounts if scope.accounts is None else scope.accounts & accounts)


def _floors(groups: Sequence[Any], since: float) -> dict[Hashable, Values]:
    """One picture for all who see the same accounts; only what nobody is to know of themselves is left out for each."""
    now = timezone.now()
    scope, zone = floor_scope(None)
    day = _days({(midnight(now, zone), scope.within_s)})[midnight(now, zone)]
    seen = snapshot(now, since)
    of_accounts = {accounts for accounts, _ in groups}
    pictures = {one: floor_picture(seen, day, replace(scope, accounts=one)) for one in of_accounts}
    return {(accounts, user): without_silent(pictures[accounts], seen, user) for accounts, user in groups}


def _days(wanted: set[tuple[Any, int]]) -> dict[Any, Day]:
    return {since: Day(*day_so_far(since, {seconds for at, seconds in wanted if at == since})) for since, _ in wanted}
