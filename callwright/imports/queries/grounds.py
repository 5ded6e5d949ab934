"""What must be known of a PBX to read its records."""

from callwright.accounts.queries.zones import zones_of_accounts
from callwright.imports.reading.settings import Ground
from callwright.telephony.queries.pbxs import record_settings


def ground_of(pbx_id: int) -> Ground:
    """Raises LookupError for a PBX that does not exist."""
    known = record_settings(pbx_id)
    return Ground(
        slug=known.slug,
        trunks=list(known.trunks),
        extension_pattern=known.extension_pattern,
        home_country=known.home_country,
        record_dsn=known.record_dsn,
    )


def zones_in_use() -> list[str]:
    """The default account's time zone first."""
    return zones_of_accounts()
