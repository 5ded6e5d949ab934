"""How the link must connect to each PBX."""

import ssl
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from callwright.telephony.asterisk.channels import TranslatorConfig
from callwright.telephony.asterisk.client import Address
from callwright.telephony.models import Pbx


@dataclass(frozen=True, kw_only=True)
class LinkConfig:
    """All that one link needs to know; made from the PBX's row."""

    pbx_id: int
    slug: str
    address: Address
    translator: TranslatorConfig
    folder: Path
    dial_context: str = "internal"
    extension_template: str = "PJSIP/{extension}"
    cdr_csv: str = ""
    cel_csv: str = ""
    record_dsn: str = field(default="", repr=False)
    dial_format: str = "digits"
    home_country: str = "NL"
    simulated: bool = False
    attempt: int = 0


def link_configs() -> dict[int, LinkConfig]:
    """The PBXs to be linked, by id. Equal configurations compare equal, so a change shows."""
    rows = Pbx.objects.filter(enabled=True, kind=Pbx.Kind.ASTERISK).exclude(host="")
    return {row.id: link_config(row) for row in rows}


def link_config(row: Pbx) -> LinkConfig:
    return LinkConfig(
        pbx_id=row.id,
        slug=row.slug,
        address=Address(
            host=row.host, port=row.port, username=row.username, secret=row.secret, tls=_tls() if row.use_tls else None
        ),
        translator=TranslatorConfig(
            trunks=frozenset(str(name) for name in row.trunks),
            extension_pattern=row.extension_pattern or TranslatorConfig().extension_pattern,
        ),
        folder=Path(settings.HOME) / "journal" / row.slug,
        dial_context=row.dial_context,
        extension_template=row.extension_template,
        cdr_csv=row.cdr_csv,
        cel_csv=row.cel_csv,
        record_dsn=row.record_dsn,
        dial_format=row.dial_format,
        home_country=row.home_country,
        simulated=row.simulated,
        attempt=row.attempt,
    )


_context: list[ssl.SSLContext] = []


def _tls() -> ssl.SSLContext:
    """One context for all links: two contexts never compare equal."""
    if not _context:
        _context.append(ssl.create_default_context())
    return _context[0]
