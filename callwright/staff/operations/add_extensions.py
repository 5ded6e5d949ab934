"""Adds the extensions of a PBX, many at once, and removes free ones."""

import re

from django.db import transaction

from callwright.staff.models import Extension

MOST_AT_ONCE = 2000
_NUMBER = re.compile(r"^\d{1,10}$")
_RANGE = re.compile(r"^(\d{1,10})-(\d{1,10})$")


class NotANumber(Exception):
    """`part` is neither an extension nor a range of them."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


class TooMany(Exception):
    """More than MOST_AT_ONCE extensions in one go."""


class InUse(Exception):
    """`employee` sits there now."""

    def __init__(self, employee: str) -> None:
        super().__init__(employee)
        self.employee = employee


def numbers_in(text: str) -> list[str]:
    """The extensions that a person means by "201-212, 301"; leading zeros stay. Raises NotANumber, TooMany."""
    found: dict[str, None] = {}
    joined = re.sub(r"\s*[-–]\s*", "-", text)
    for part in filter(None, re.split(r"[\s,;]+", joined)):
        if _NUMBER.match(part):
            found[part] = None
        elif (span := _RANGE.match(part)) and len(span[1]) == len(span[2]) and int(span[1]) <= int(span[2]):
            if int(span[2]) - int(span[1]) >= MOST_AT_ONCE:
                raise TooMany
            found.update(dict.fromkeys(f"{n:0{len(span[1])}}" for n in range(int(span[1]), int(span[2]) + 1)))
        else:
            raise NotANumber(part)
    if len(found) > MOST_AT_ONCE:
        raise TooMany
    return list(found)


@transaction.atomic
def add_extensions(*, pbx_id: int, numbers: list[str]) -> int:
    """Add those that are not there yet; returns how many were added."""
    there = set(Extension.objects.filter(pbx_id=pbx_id, number__in=numbers).values_list("number", flat=True))
    new = [Extension(pbx_id=pbx_id, number=number) for number in numbers if number not in there]
    Extension.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


@transaction.atomic
def remove_extension(*, extension_id: int) -> None:
    """Remove a free extension; its calls and history stay. Raises InUse."""
    rows = Extension.objects.select_for_update(of=("self",)).select_related("employee")
    extension = rows.filter(pk=extension_id).first()
    if extension is None:
        return
    if extension.employee:
        raise InUse(extension.employee.name)
    extension.delete()
