"""Numbers written in a plain way, by one pattern for each numbering plan: a twentieth of the work of phonenumbers.

Only what is certain is answered: valid numbers of countries that share their country code with none, written with it
(with or without plus sign) or as they are dialled at home. All else is left to phonenumbers.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers as pn

_KINDS = (
    *("premium_rate", "toll_free", "shared_cost", "voip", "personal_number", "pager", "uan", "voicemail"),
    *("fixed_line", "mobile"),
)
_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Plan:
    """`general`: what all national numbers look like, `valid`: patterns of real ones by their length. `prefix`: what is
    dialled before them at home ("" where that is not plain); `stripped`: what phonenumbers takes off them, and `abroad`
    before a country code.
    """

    code: str
    general: re.Pattern[str]
    valid: dict[int, re.Pattern[str]]
    prefix: str
    stripped: re.Pattern[str]
    abroad: re.Pattern[str]

    def is_valid(self, number: str) -> bool:
        valid = self.valid.get(len(number))
        return (
            valid is not None
            and self.general.fullmatch(number) is not None
            and valid.fullmatch(number) is not None
            and self.stripped.match(number) is None
        )


def plain_e164(dialled: str, home: str) -> str | None:
    """E.164 of digits (a plus sign before them or not) that a phone in `home` dials; None where this does not know."""
    if dialled.startswith("+"):
        return _international(dialled[1:])
    plan = _plan(home)
    if plan is None or plan.abroad.match(dialled):
        return None
    for lead in (plan.code, plan.prefix):
        if lead and dialled.startswith(lead):
            # where the whole looks like a national number, its first digits may belong to it
            return None if plan.general.fullmatch(dialled) else _of(plan, dialled[len(lead) :])
    if plan.stripped.match(dialled):
        return None
    if plan.is_valid(dialled):
        return _of(plan, dialled)
    return _international(dialled) if len(dialled) >= 10 else None


def _of(plan: Plan, number: str) -> str | None:
    return f"+{plan.code}{number}" if not number.startswith("0") and plan.is_valid(number) else None


def _international(digits: str) -> str | None:
    if digits.startswith("0"):
        return None
    for length in (1, 2, 3):
        regions = pn.COUNTRY_CODE_TO_REGION_CODE.get(int(digits[:length]))
        if regions is not None:
            plan = _plan(regions[0]) if len(regions) == 1 else None
            return None if plan is None else _of(plan, digits[length:])
    return None


@lru_cache(maxsize=300)
def _plan(region: str) -> Plan | None:
    data = pn.PhoneMetadata.metadata_for_region(region, None)
    if data is None or pn.COUNTRY_CODE_TO_REGION_CODE.get(data.country_code or 0) != (region,):
        return None
    pattern = data.general_desc.national_number_pattern if data.general_desc else None
    stripped, prefix = data.national_prefix_for_parsing, data.national_prefix or ""
    is_plain = prefix.isdecimal() and stripped == prefix and not data.national_prefix_transform_rule
    return Plan(
        code=str(data.country_code),
        general=re.compile(pattern) if pattern else _NEVER,
        valid=_by_length([getattr(data, kind) for kind in _KINDS]),
        prefix=prefix if is_plain else "",
        stripped=re.compile(stripped) if stripped else _NEVER,
        abroad=re.compile(data.international_prefix) if data.international_prefix else _NEVER,
    )


def _by_length(kinds: list[pn.PhoneNumberDesc | None]) -> dict[int, re.Pattern[str]]:
    patterns: dict[int, list[str]] = {}
    for kind in kinds:
        if kind is None or not kind.national_number_pattern:
            continue
        for length in kind.possible_length:
            patterns.setdefault(length, []).append(kind.national_number_pattern)
    return {length: re.compile("|".join(f"(?:{one})" for one in some)) for length, some in patterns.items()}
