"""What is answered by one pattern a country is what phonenumbers answers."""

from random import Random

import phonenumbers as pn
import pytest

from callwright.kit.number_plans import plain_e164

REGIONS = sorted(pn.SUPPORTED_REGIONS)


def by_library(dialled: str, home: str) -> str | None:
    texts = [dialled] if dialled.startswith(("+", "0")) or len(dialled) < 10 else [dialled, f"+{dialled}"]
    for text in texts:
        try:
            number = pn.parse(text, home)
        except pn.NumberParseException:
            continue
        if pn.is_valid_number(number):
            return str(pn.format_number(number, pn.PhoneNumberFormat.E164))
    return None


def written(region: str, random: Random) -> list[str]:
    """Numbers of a country of every kind, and some that are near them, in the ways they are written."""
    found: list[str] = []
    for kind in pn.PhoneNumberType.values():
        example = pn.example_number_for_type(region, kind)
        if example is None:
            continue
        number, code = pn.national_significant_number(example), example.country_code
        prefix = pn.ndd_prefix_for_region(region, True) or "0"
        near = number[:-4] + "".join(random.choices("0123456789", k=4))
        for one in (number, near):
            found += [f"+{code}{one}", f"{code}{one}", f"{prefix}{one}", one, f"00{code}{one}", f"+{code}0{one}"]
    return [text for text in found if len(text) > 6]


@pytest.mark.parametrize("home", ["NL", "HU", "SA", "RU", "DE", "IT", "US", "GB", "BR", "MX", "AR", "FI", "CN", "SM"])
def test_a_number_is_what_the_library_says_at_home_and_from_abroad(home: str) -> None:
    random = Random(home)
    numbers = [text for region in [home, *random.sample(REGIONS, 30)] for text in written(region, random)]
    numbers += [
        random.choice(["", "+", "0", "00", "+0"]) + "".join(random.choices("0123456789", k=random.randint(7, 13)))
        for _ in range(200)
    ]
    answered = {text: found for text in numbers if (found := plain_e164(text, home)) is not None}
    assert answered == {text: by_library(text, home) for text in answered}


@pytest.mark.parametrize("text", ["0612345678", "+31612345678", "31612345678", "+36201234567", "966501234567"])
def test_the_plain_ways_are_answered(text: str) -> None:
    assert plain_e164(text, "NL") == by_library(text, "NL") is not None
