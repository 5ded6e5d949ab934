"""Creates and changes users, and gives them rights on accounts."""

import secrets
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from callwright.live.operations.publish import Change, publish
from callwright.staff.models import AccountRight, Role, User


class LastAdministrator(Exception):
    """Nobody would be left who may administer."""


class OwnAccess(Exception):
    """An administrator may not take away their own role or login."""


@transaction.atomic
def save_user(*, user: User, account_ids: Iterable[int], by: int | None) -> User:
    """Store a user with exactly these rights on accounts. Raises OwnAccess, LastAdministrator."""
    before = User.objects.select_for_update().filter(pk=user.pk).first() if user.pk else None
    if before:
        _refuse_shutting_out(before, user, by)
    else:
        user.set_unusable_password()
    user.save()
    wanted = set(account_ids)
    AccountRight.objects.filter(user=user).exclude(account_id__in=wanted).delete()
    AccountRight.objects.bulk_create(
        [AccountRight(user=user, account_id=account_id) for account_id in wanted], ignore_conflicts=True
    )
    if before:
        _prove_again(user.pk)
    return user


def _prove_again(user_id: int) -> None:
    """The user's open streams ask at once whether they may still hear what they hear."""
    publish([Change("access", "changed", str(user_id))], now=timezone.now())


def _refuse_shutting_out(before: User, after: User, by: int | None) -> None:
    was = before.role == Role.ADMINISTRATOR and before.is_active
    stays = after.role == Role.ADMINISTRATOR and after.is_active
    if not was or stays:
        return
    if before.pk == by:
        raise OwnAccess
    administrators = User.objects.select_for_update().filter(role=Role.ADMINISTRATOR, is_active=True)
    if not [one for one in administrators if one.pk != before.pk]:
        raise LastAdministrator


@transaction.atomic
def set_active(*, user_id: int, active: bool, by: int | None) -> User:
    """Let a user log in, or end all sessions and refuse new ones. Raises OwnAccess, LastAdministrator."""
    before = User.objects.select_for_update().get(pk=user_id)
    after = User.objects.get(pk=user_id)
    after.is_active = active
    _refuse_shutting_out(before, after, by)
    after.save(update_fields=["is_active"])
    _prove_again(user_id)
    return after


# No letters and figures that look or sound alike: it is read out over the phone.
_CLEAR = "abcdefghjkmnpqrstuvwxyz23456789"


@transaction.atomic
def reset_password(*, user_id: int) -> str:
    """Give a temporary password, which must be changed at the next login, and return it; open sessions end."""
    password = "-".join("".join(secrets.choice(_CLEAR) for _ in range(4)) for _ in range(4))
    user = User.objects.select_for_update().get(pk=user_id)
    user.set_password(password)
    user.password_is_temporary = True
    user.save(update_fields=["password", "password_is_temporary"])
    _prove_again(user_id)
    return password


@transaction.atomic
def change_own_password(*, user: User, password: str) -> None:
    """Store the password that the user chose; all other sessions of the user end."""
    user.set_password(password)
    user.password_is_temporary = False
    user.save(update_fields=["password", "password_is_temporary"])
    _prove_again(user.pk)
