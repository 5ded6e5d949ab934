"""The time zones in which accounts live."""

from callwright.accounts.models import Account


def zones_of_accounts() -> list[str]:
    """Each once, that of the default account first."""
    rows = Account.objects.order_by("-is_default", "pk").values_list("time_zone", flat=True)
    return list(dict.fromkeys(zone for zone in rows if zone))
