"""How a file is to be read: recognised, confirmed or corrected by a person, and kept with the import."""

from typing import Any

import msgspec

from callwright.telephony.asterisk.channels import TranslatorConfig


class Settings(msgspec.Struct, kw_only=True, omit_defaults=True):
    """`columns`: what each column is, by position; "" is not read. `shape`: the code of the format.

    `date_order`: ymd, dmy or mdy for dates written with numbers. `since` and `until` (ISO days) limit a record table;
    of a watched one only rows above the number `newer_than` are new, or those that ended after `newer_at`.
    """

    shape: str = "free"
    encoding: str = "utf-8"
    delimiter: str = ","
    header: bool = False
    columns: list[str] = []
    zone: str = "UTC"
    date_order: str = "ymd"
    since: str = ""
    until: str = ""
    newer_than: int = -1
    newer_at: str = ""


class Ground(msgspec.Struct, kw_only=True):
    """What must be known of the PBX to read its records."""

    slug: str
    trunks: list[str] = []
    extension_pattern: str = ""
    home_country: str = "NL"
    record_dsn: str = ""

    @property
    def translator(self) -> TranslatorConfig:
        pattern = self.extension_pattern or TranslatorConfig().extension_pattern
        return TranslatorConfig(trunks=frozenset(self.trunks), extension_pattern=pattern)


def settings_from(stored: dict[str, Any]) -> Settings:
    """As the database keeps them."""
    return msgspec.convert(stored, type=Settings)
