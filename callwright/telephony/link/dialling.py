"""How a number is dialled on a PBX. Pure."""

import phonenumbers


def dialled(number: str, *, dial_format: str, home_country: str) -> str:
    """An E.164 number in the notation that the PBX's dialplan expects; anything else (extensions, short and emergency
    numbers) as it is.
    """
    if not number.startswith("+"):
        return number
    digits = number[1:]
    if dial_format == "e164":
        return number
    if dial_format == "zeros":
        return f"00{digits}"
    if dial_format == "national":
        try:
            return phonenumbers.format_out_of_country_calling_number(
                phonenumbers.parse(number), home_country
            ).translate({ord(c): None for c in " -()./"})
        except phonenumbers.NumberParseException:
            return f"00{digits}"
    return digits
