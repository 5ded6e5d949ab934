"""How long wrap-up lasts for calls of an account, and how agents may extend it (DESK-8)."""

from callwright.accounts.models import Account, Organisation


def save_account_wrap_up(*, account_id: int, seconds: int | None) -> None:
    """`seconds`: after each talked call of the account; None: as its queue has it. The caller has checked the right."""
    Account.objects.filter(pk=account_id).update(wrap_up_s=seconds)


def save_more_time(*, times: int, seconds: int) -> None:
    """How often a wrap-up can be extended, and by how much each time."""
    Organisation.objects.filter(pk=1).update(wrap_up_times=times, wrap_up_more_s=seconds)
