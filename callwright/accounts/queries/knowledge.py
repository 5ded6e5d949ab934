"""What is known of an account: entries as supervisors keep them and as agents look them up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models.functions import Left

from callwright.accounts.models import KnowledgeChange, KnowledgeEntry
from callwright.accounts.written import plain
from callwright.kit.texts import fold, latin

FOUND = 12
_AROUND = 110
_LISTED_LENGTH = 400


@dataclass(frozen=True, slots=True)
class Entry:
    """`text` is cut in lists, and without its marks. `changed_by`: a name, empty for nobody."""

    id: int
    title: str
    text: str
    pinned: bool
    is_retired: bool
    version: int
    changed_at: datetime
    changed_by: str


_COLUMNS = ("id", "title", "pinned", "retired_at", "version", "changed_at", "changed_by__name")


def entries_of(account_id: int, *, retired: bool = False) -> list[Entry]:
    """The entries of an account in their order, those that are shown or the retired ones; one query."""
    found = KnowledgeEntry.objects.filter(account_id=account_id, retired_at__isnull=not retired)
    rows: Any = found.annotate(start=Left("text", _LISTED_LENGTH)).values_list(*_COLUMNS, "start")
    return [_entry(*(*known, plain(start))) for *known, start in rows]


def entry_of(account_id: int, entry_id: int) -> Entry | None:
    """One entry, whole; retired ones too."""
    found = KnowledgeEntry.objects.filter(account_id=account_id, pk=entry_id).values_list(*_COLUMNS, "text").first()
    return _entry(*found) if found else None


def _entry(
    id: int,
    title: str,
    pinned: bool,
    retired_at: datetime | None,
    version: int,
    at: datetime,
    by: str | None,
    text: str,
) -> Entry:
    return Entry(id, title, text, pinned, retired_at is not None, version, at, by or "")


@dataclass(frozen=True, slots=True)
class Changed:
    """An entry as it was left: `act` is the code and `label` its words."""

    at: datetime
    by: str
    act: str
    label: str
    title: str
    text: str
    pinned: bool


def changes_of(account_id: int, entry_id: int, *, limit: int = 50) -> list[Changed]:
    """How an entry became what it is, newest first."""
    labels = dict(KnowledgeChange.Act.choices)
    found = KnowledgeChange.objects.filter(account_id=account_id, entry_id=entry_id)
    rows = found.values_list("at", "by__name", "act", "title", "text", "pinned")[:limit]
    return [
        Changed(at, by or "", act, str(labels.get(act, act)), title, text, pinned)
        for at, by, act, title, text, pinned in rows
    ]


def search_text(title: str, text: str) -> str:
    """What a search looks into: the title on the first line, the words of the text on the second."""
    return f"{latin(title)}\n{latin(plain(text))}"


@dataclass(frozen=True, slots=True)
class Found:
    """An entry that fits; `around` is the place of the words where the title does not hold them."""

    id: int
    title: str
    text: str
    around: str = ""
    is_open: bool = False


_FIND = """
    SELECT id, title, text, split_part(found_by, E'\\n', 1) LIKE ALL(%(words)s) FROM accounts_knowledgeentry
    WHERE account_id = %(account)s AND retired_at IS NULL AND found_by LIKE ALL(%(words)s)
    ORDER BY 4 DESC, pinned DESC, position, id LIMIT %(limit)s
"""


def find_entries(account_id: int, text: str, *, limit: int = FOUND) -> tuple[list[Found], bool]:
    """The entries that hold all words of `text` (parts of words, without accents), those that hold them in the title
    first, and whether there are more; for whoever may see the account. Nothing typed: the first ones. One query.
    """
    words = latin(text).split()
    patterns = [f"%{_escaped(word)}%" for word in words] or ["%"]
    with connection.cursor() as cursor:
        cursor.execute(_FIND, {"account": account_id, "words": patterns, "limit": limit + 1})
        rows: Sequence[tuple[int, str, str, bool]] = cursor.fetchall()
    typed = fold(text).split()
    found = [Found(id, title, kept, "" if in_title else _around(kept, typed)) for id, title, kept, in_title in rows]
    return found[:limit], len(found) > limit


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _around(text: str, words: Sequence[str]) -> str:
    """The words of the text near the first of those that were typed."""
    bare = plain(text)
    at = min((place for place in (fold(bare).find(word) for word in words) if place >= 0), default=0)
    begin = max(0, at - _AROUND // 3)
    begin = 0 if begin == 0 else bare.find(" ", begin) + 1
    piece = bare[begin : begin + _AROUND]
    return f"{'… ' if begin else ''}{piece}{' …' if begin + _AROUND < len(bare) else ''}"
