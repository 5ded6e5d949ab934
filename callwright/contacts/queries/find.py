"""Finds contacts while someone types (CON-5)."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from django.db import connection

from callwright.contacts.queries.contacts import ContactRow, contact_accounts, rows_of
from callwright.contacts.searching import Term, terms_of
from callwright.kit.texts import latin
from callwright.staff.queries.rights import Viewer

CANDIDATES = 400
"""Contacts that are ranked at most: beyond that, the next letter typed helps more than a better order."""

ENOUGH = 3
"""With fewer exact finds, misspelt words are looked for too."""


@cache
def _statement() -> str:
    return (Path(__file__).parent / "find.sql").read_text()


def find_contacts(
    viewer: Viewer, text: str, *, account_id: int | None = None, home_country: str = "", kind: str = "", limit: int = 20
) -> list[ContactRow]:
    """The contacts that fit what was typed, best first: words in any script or half of them, digits of a number.

    `home_country` (ISO code) gives a number typed in local notation its meaning. At most three queries beside the
    viewer's rights.
    """
    keys = find_keys(viewer, text, account_id=account_id, home_country=home_country, kind=kind, limit=limit)
    return rows_of(keys)


def find_keys(
    viewer: Viewer, text: str, *, account_id: int | None = None, home_country: str = "", kind: str = "", limit: int = 20
) -> list[tuple[int, int]]:
    """The same as (account id, contact id)."""
    allowed = contact_accounts(viewer)
    if account_id is not None:
        allowed = frozenset({account_id}) if allowed is None else allowed & {account_id}
    terms = terms_of(text, home_country)
    if not terms or allowed == frozenset():
        return []
    accounts = None if allowed is None else sorted(allowed)
    found = _search(terms, text, accounts, kind, limit, near=False)
    if len(found) < min(ENOUGH, limit) and any(term.near for term in terms):
        more = _search(terms, text, accounts, kind, limit, near=True)
        found += [key for key in more if key not in found]
    return found[:limit]


def _search(
    terms: Sequence[Term], text: str, accounts: list[int] | None, kind: str, limit: int, *, near: bool
) -> list[tuple[int, int]]:
    values: dict[str, int | str | list[int]] = {
        "candidates": CANDIDATES,
        "limit": limit,
        "text": latin(text)[:120],
        "start": f" {latin(text)[:120]}",
        "beginning": terms[0].patterns[0].replace("%", "% ", 1) if terms[0].near else terms[0].patterns[0],
    }
    conditions = []
    for place, term in enumerate(terms):
        forms = []
        for turn, pattern in enumerate(term.patterns):
            name = f"term_{place}_{turn}"
            values[name] = pattern
            forms.append(f"c.search_text LIKE %({name})s")
        if near and term.near:
            values[f"near_{place}"] = term.near
            forms.append(f"%(near_{place})s <% c.search_text".replace("<%", "<%%"))
        conditions.append("(" + " OR ".join(forms) + ")")
    within = ["true"]
    if accounts is not None:
        # One account is a key of the trigram index itself; with several each row found is looked at.
        within = ["c.account_id = %(account)s" if len(accounts) == 1 else "c.account_id = ANY(%(accounts)s)"]
        values.update({"account": accounts[0], "accounts": accounts})
    if kind:
        within.append("c.kind = %(kind)s")
        values["kind"] = kind
    statement = _statement().format(within=" AND ".join(within), terms=" AND ".join(conditions))
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [(account, contact) for account, contact in cursor.fetchall()]
