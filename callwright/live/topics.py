"""Who may hear which topic. A topic is `prefix` or `prefix:rest`; each prefix is declared once with its rule."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Listener:
    """Who listens: `accounts` are the ids of the accounts they may see, None for all; `user` as they were at the last
    proof, for whoever draws parts of their pages; `only`: the only topics that they may hear, where they are no user
    but a screen that was let in by a pass (their `user_id` is then no user's: below 0).
    """

    user_id: int
    role: str
    accounts: frozenset[int] | None
    user: Any = field(default=None, compare=False, repr=False)
    only: frozenset[str] | None = None

    @property
    def language(self) -> str:
        """In which their pages are drawn; empty: their browser chooses."""
        return getattr(self.user, "language", "")

    def may_see(self, account_id: int | None) -> bool:
        return account_id is None or self.accounts is None or account_id in self.accounts


Rule = Callable[[Listener, str], bool]
Source = Callable[[Any], Listener | None]

_rules: dict[str, Rule] = {}
_source: list[Source] = []


def declare(prefix: str, rule: Rule) -> None:
    """`rule(listener, rest)` decides who may hear `prefix` (rest is "") and `prefix:rest`."""
    _rules[prefix] = rule


def may_hear(listener: Listener, topic: str) -> bool:
    """Whether the listener may hear the topic; never, when nobody declared it."""
    if listener.only is not None:
        return topic in listener.only
    prefix, _, rest = topic.partition(":")
    rule = _rules.get(prefix)
    return rule is not None and rule(listener, rest)


@dataclass(frozen=True, slots=True)
class Digest:
    """A topic that tells in one message what the changes called `name` on the topic `of` told one by one."""

    topic: str
    of: str
    name: str


_digests: list[Digest] = []


def declare_digest(topic: str, *, of: str, name: str, rule: Rule) -> None:
    """`topic` carries the newest data of each key that changed on `of`, gathered for a second or two, to those whom
    `rule` allows: for screens that hundreds of people keep open. Nothing is replayed to who was away.
    """
    declare(topic, rule)
    _digests[:] = [one for one in _digests if one.topic != topic] + [Digest(topic, of, name)]


def digests_of(topic: str, name: str) -> list[str]:
    """The topics that gather such changes."""
    return [one.topic for one in _digests if (one.of, one.name) == (topic, name)]


Part = Callable[[Any, str, dict[str, Any], bool], str | None]
_parts: dict[tuple[str, str], Part] = {}


def declare_part(prefix: str, name: str, draw: Part) -> None:
    """Changes called `name` on a user's own topic `prefix:…` carry a part of the page, so that it need not ask for it.

    `draw(user, key, data, is_known)` gives its HTML as it is for this user now, or None where the page is to ask;
    `is_known`: this stream was given a part of this key before. Called in a thread that may use the database.
    """
    _parts[prefix, name] = draw


def part_of(topic: str, name: str) -> Part | None:
    """How the part is drawn that such changes carry; None where they carry none."""
    return _parts.get((topic.partition(":")[0], name))


SharedPart = Callable[[frozenset[int] | None], str]
_shared: dict[str, tuple[str, SharedPart]] = {}


def declare_shared(topic: str, *, of: str, draw: SharedPart, rule: Rule) -> None:
    """`topic` carries a part of the page that shows the same to all who see the same accounts, some moments after
    something changed on the topic `of`, to those whom `rule` allows.

    `draw(accounts)` gives its HTML in the active language, None for all accounts. Called in a thread that may use the
    database, once for all who see the same accounts in the same language.
    """
    declare(topic, rule)
    _shared[topic] = (of, draw)


def shared_of(topic: str) -> list[str]:
    """The topics of shared parts that change with this topic."""
    return [shared for shared, (of, _) in _shared.items() if of == topic]


def shared_part(topic: str) -> SharedPart | None:
    """How the part is drawn that the topic carries; None for other topics."""
    return _shared[topic][1] if topic in _shared else None


@dataclass(frozen=True, slots=True)
class Pass:
    """A way to listen without a login: at `path`, with what the cookie holds."""

    path: str
    cookie: str
    source: Callable[[str], Listener | None]


_passes: dict[str, Pass] = {}


def declare_pass(path: str, *, cookie: str, source: Callable[[str], Listener | None]) -> None:
    """Streams at `path` belong to whom `source` finds by the cookie's value: a Listener with `only`, whose topics are
    what the stream carries, or None. Called in a thread that may use the database, and again every minute.
    """
    _passes[path] = Pass(path, cookie, source)


def pass_at(path: str) -> Pass | None:
    return _passes.get(path)


Watch = Callable[[frozenset[str], frozenset[int]], None]
_watches: list[Watch] = []


def set_watch(watch: Watch) -> None:
    """`watch(topics, users)` is told, in every web process and twice a minute, all topics that are listened to there
    and the ids of all users who listen.
    """
    _watches[:] = [watch]


def tell_watch(topics: frozenset[str], users: frozenset[int]) -> None:
    for watch in _watches:
        watch(topics, users)


def set_source(source: Source) -> None:
    """`source(user)` reads a user's rights now; None when they may not listen at all."""
    _source[:] = [source]


def listener_of(user: Any) -> Listener | None:
    """The user's rights as they are now."""
    return _source[0](user) if _source else None
