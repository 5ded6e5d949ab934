"""What other parts may know of a PBX."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connection

from callwright.telephony.models import Command, Pbx


@dataclass(frozen=True, slots=True)
class PbxFacts:
    id: int
    slug: str
    home_country: str


_heard: ContextVar[Mapping[str, PbxFacts] | None] = ContextVar("heard", default=None)


def pbxs_by_slug(slugs: Iterable[str]) -> dict[str, PbxFacts]:
    """The PBXs of these slugs; those that do not exist are left out."""
    wanted, heard = set(slugs), _heard.get() or {}
    if wanted <= heard.keys():
        return {slug: heard[slug] for slug in wanted}
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, slug, home_country FROM telephony_pbx WHERE slug = ANY(%s)", [list(wanted)])
        return {row[1]: PbxFacts(*row) for row in cursor.fetchall()}


@contextmanager
def hearing(pbx: PbxFacts) -> Iterator[None]:
    """Inside, this PBX is as given and is not asked for; for who applies what it says, batch after batch."""
    before = _heard.set({pbx.slug: pbx})
    try:
        yield
    finally:
        _heard.reset(before)


def accounts_of_commands(command_ids: Iterable[str]) -> dict[str, int]:
    """For click to call: the account on whose behalf each command was given."""
    ids = [command_id for command_id in command_ids if _is_uuid(command_id)]
    if not ids:
        return {}
    rows = Command.objects.filter(id__in=ids, account_id__isnull=False).values_list("id", "account_id")
    return {str(id): account_id for id, account_id in rows if account_id is not None}


def _is_uuid(text: str) -> bool:
    return len(text) == 36 and text.count("-") == 4 and all(c in "0123456789abcdef-" for c in text)


@dataclass(frozen=True, slots=True)
class RecordSettings:
    """What must be known of a PBX to read its records from files and tables."""

    slug: str
    trunks: tuple[str, ...]
    extension_pattern: str
    home_country: str
    record_dsn: str


def record_settings(pbx_id: int) -> RecordSettings:
    """Raises LookupError for a PBX that does not exist."""
    row = Pbx.objects.filter(pk=pbx_id).first()
    if row is None:
        raise LookupError(f"There is no PBX {pbx_id}.")
    trunks = tuple(str(name) for name in row.trunks)
    return RecordSettings(row.slug, trunks, row.extension_pattern, row.home_country, row.record_dsn)


def pbx_choices() -> list[tuple[int, str, bool]]:
    """All PBXs by name, and whether each has a database of records."""
    return [(row.pk, row.name, bool(row.record_dsn)) for row in Pbx.objects.order_by("name")]
