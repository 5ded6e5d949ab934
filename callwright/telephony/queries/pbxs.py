"""What other parts may know of a PBX."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from callwright.telephony.models import Command


@dataclass(frozen=True, slots=True)
class PbxFacts:
    id: int
    slug: str
    home_country: str


def pbxs_by_slug(slugs: Iterable[str]) -> dict[str, PbxFacts]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, slug, home_country FROM telephony_pbx WHERE slug = ANY(%s)", [list(set(slugs))])
        return {row[1]: PbxFacts(*row) for row in cursor.fetchall()}


def accounts_of_commands(command_ids: Iterable[str]) -> dict[str, int]:
    """For click to call: the account on whose behalf each command was given."""
    ids = [command_id for command_id in command_ids if _is_uuid(command_id)]
    if not ids:
        return {}
    rows = Command.objects.filter(id__in=ids, account_id__isnull=False).values_list("id", "account_id")
    return {str(id): account_id for id, account_id in rows if account_id is not None}


def _is_uuid(text: str) -> bool:
    return len(text) == 36 and text.count("-") == 4 and all(c in "0123456789abcdef-" for c in text)
