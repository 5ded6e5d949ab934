"""Finds contacts while someone types (CON-5)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from django.db import connection

from callwright.contacts.queries.contacts import ContactRow, contact_accounts, rows_of
from callwright.contacts.searching import LONGEST_QUERY, Term, terms_of
from callwright.kit.texts import latin
from callwright.staff.queries.rights import Viewer

CANDIDATES = 400
"""Contacts that are ranked at most: beyond that, the next letter typed helps more than a better order."""

ENOUGH = 3
"""With fewer exact finds, misspelt words are looked for too."""

NEAR = "0.5"
"""How much of a typed word's trigrams a word must have: two letters swapped in a word of six still fit."""

Values = dict[str, int | str | list[int]]


@cache
def _statement() -> str:
    return (Path(__file__).parent / "find.sql").read_text()


@dataclass(frozen=True, slots=True)
class Narrow:
    """Where to look: one account, kind (person, company) or category; by default everywhere the viewer may."""

    account_id: int | None = None
    kind: str = ""
    category_id: int | None = None


EVERYWHERE = Narrow()


def find_contacts(
    viewer: Viewer,
    text: str,
    *,
    account_id: int | None = None,
    narrow: Narrow = EVERYWHERE,
    home_country: str = "",
    limit: int = 20,
) -> list[ContactRow]:
    """The contacts that fit what was typed, best first: words in any script or half of them, digits of a number.

    `account_id` is short for narrowing to one account; `home_country` (ISO code) gives a number typed in local
    notation its meaning. At most three queries beside the viewer's rights.
    """
    if account_id is not None:
        narrow = replace(narrow, account_id=account_id)
    return rows_of(find_keys(viewer, text, narrow=narrow, home_country=home_country, limit=limit))


def find_keys(
    viewer: Viewer, text: str, *, narrow: Narrow = EVERYWHERE, home_country: str = "", limit: int = 20
) -> list[tuple[int, int]]:
    """The same as (account id, contact id)."""
    allowed = contact_accounts(viewer)
    if narrow.account_id is not None:
        allowed = frozenset({narrow.account_id}) if allowed is None else allowed & {narrow.account_id}
    terms = terms_of(text, home_country)
    if not terms or allowed == frozenset():
        return []
    within, values = _within(allowed, narrow)
    wanted = {**values, **_ranking(text, terms), "limit": limit}
    found = _search(terms, within, wanted, near=False)
    if len(found) < min(ENOUGH, limit) and any(term.near for term in terms):
        found += [key for key in _search(terms, within, wanted, near=True) if key not in found]
    return found[:limit]


def _within(allowed: frozenset[int] | None, narrow: Narrow) -> tuple[str, Values]:
    conditions, values = ["true"], Values()
    if allowed is not None:
        # One account is a key of the trigram index itself; with several each row found is looked at.
        conditions = ["c.account_id = %(account)s" if len(allowed) == 1 else "c.account_id = ANY(%(accounts)s)"]
        values |= {"account": min(allowed), "accounts": sorted(allowed)}
    if narrow.kind:
        conditions.append("c.kind = %(kind)s")
        values["kind"] = narrow.kind
    if narrow.category_id is not None:
        conditions.append("c.category_id = %(category)s")
        values["category"] = narrow.category_id
    return " AND ".join(conditions), values


def _ranking(text: str, terms: Sequence[Term]) -> Values:
    typed = latin(text)[:LONGEST_QUERY]
    first = terms[0].patterns[0].removeprefix("%").removeprefix(" ")
    return {"candidates": CANDIDATES, "text": typed, "start": f" {typed}", "beginning": f"% {first}"}


def _search(terms: Sequence[Term], within: str, values: Values, *, near: bool) -> list[tuple[int, int]]:
    conditions = []
    values = {**values, "near": near}
    for place, term in enumerate(terms):
        names = {f"term_{place}_{turn}": pattern for turn, pattern in enumerate(term.patterns)}
        forms = [f"c.search_text LIKE %({name})s" for name in names]
        if near and term.near:
            names[f"near_{place}"] = term.near
            forms.append(f"%(near_{place})s <%% c.search_text")
        conditions.append(f"({' OR '.join(forms)})")
        values = {**values, **names}
    statement = _statement().format(within=within, terms=" AND ".join(conditions))
    with connection.cursor() as cursor:
        if near:
            # The operator's threshold is a setting of the connection; nothing else here uses the operator.
            cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, false)", [NEAR])
        cursor.execute(statement, values)
        return [(account, contact) for account, contact in cursor.fetchall()]
