"""Takes away kept searches that name an erased person: views of the register, and what exports were of (CALL-16)."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from urllib.parse import parse_qs

from callwright.calls.models import Export, SavedSearch
from callwright.calls.operations.export_progress import finish
from callwright.calls.queries.person_calls import LAST_DIGITS
from callwright.calls.search import digits_of
from callwright.contacts.queries.person_data import Person

SHORTEST_TEXT, FEWEST_DIGITS = 4, 6
"""Less than this is in the names and numbers of many."""


def forget_searches(person: Person, texts: Sequence[str], *, now: datetime) -> None:
    """Kept searches that name the person go; whoever keeps them for others of the same name keeps them anew. Exports
    that wait to be made of such a search are cancelled. `texts`: what else the person is known by.
    """
    known = [text.casefold() for text in (person.name, *texts) if text]
    views = SavedSearch.objects.values_list("pk", "query").iterator()
    SavedSearch.objects.filter(pk__in=[id for id, query in views if _names(query, person, known)]).delete()
    exports = Export.objects.exclude(query="").values_list("pk", "query").iterator()
    for id in [id for id, query in exports if _names(query, person, known)]:
        export = Export.objects.select_for_update().get(pk=id)
        Export.objects.filter(pk=id).update(query="")
        if export.state == Export.State.WAITING:
            finish(export, Export.State.CANCELLED, now)


def names_one_of(text: str, known: Sequence[str]) -> bool:
    """Whether words that are looked for name somebody who is known by these texts: numbers, names, addresses."""
    numbers = [digits for one in known if len(digits := digits_of(one)) >= FEWEST_DIGITS]
    return _is_number(text, numbers) or _is_text(text, [one.casefold() for one in known])


def _names(query: str, person: Person, known: Sequence[str]) -> bool:
    asked = parse_qs(query)
    return (
        str(person.id) in asked.get("contact", ())
        or any(_is_number(text, person.own_numbers) for text in asked.get("number", ()))
        or any(_is_text(text, [person.name.casefold()]) for text in asked.get("name", ()))
        or any(_is_number(text, person.own_numbers) or _is_text(text, known) for text in asked.get("text", ()))
    )


def _is_number(text: str, numbers: Iterable[str]) -> bool:
    """Whether a whole number, or the last digits of one, are the person's."""
    digits = digits_of(text)[-LAST_DIGITS:]
    return len(digits) >= FEWEST_DIGITS and any(number.endswith(digits) for number in numbers)


def _is_text(text: str, known: Sequence[str]) -> bool:
    asked = text.casefold().strip()
    return len(asked) >= SHORTEST_TEXT and any(asked in one or _holds(asked, one) for one in known)


def _holds(asked: str, one: str) -> bool:
    """Whether a search holds a number, or another text in whole words."""
    if len(digits_of(one)) >= LAST_DIGITS:
        return one in asked
    return len(one) >= SHORTEST_TEXT and re.search(rf"(?<!\w){re.escape(one)}(?!\w)", asked) is not None
