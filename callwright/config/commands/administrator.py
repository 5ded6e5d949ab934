"""`callwright administrator NAME`: the first way in, and the way back in when the password is lost."""

import argparse

from callwright.config.commands.migrate import migrations_due
from callwright.config.database import database
from callwright.config.failure import CommandFailed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("username", help="an existing user becomes administrator; any other name is a new user")
    parser.add_argument("--organisation", default="", help="the organisation's name, when nothing is set up yet")


def run(arguments: argparse.Namespace) -> int:
    with database():
        if migrations_due():
            raise CommandFailed("The tables are not up to date: run 'callwright migrate' first.")
        _ensure_organisation(arguments.organisation)
        password = _ensure_administrator(arguments.username)
    print(f"{arguments.username} is administrator. Password for the next login only: {password}")  # noqa: T201
    return 0


def _ensure_organisation(name: str) -> None:
    """Calls on lines that nobody claims need an account to belong to."""
    from django.utils import timezone

    from callwright.accounts.models import Account
    from callwright.accounts.operations.save_organisation import save_organisation

    if not Account.objects.filter(is_default=True).exists():
        name = name or "My organisation"
        save_organisation(values={"name": name}, now=timezone.now())
        Account.objects.create(name=name, is_default=True)


def _ensure_administrator(username: str) -> str:
    from django.core.exceptions import ValidationError

    from callwright.staff.models import Role, User
    from callwright.staff.operations.save_user import reset_password, save_user

    user = User.objects.filter(username__iexact=username).first() or User(username=username, name=username)
    user.role, user.is_active, user.all_accounts = Role.ADMINISTRATOR, True, True
    try:
        user.clean_fields(exclude=["password"])
    except ValidationError as error:
        raise CommandFailed(" ".join(error.messages)) from error
    kept = list(user.account_rights.values_list("account_id", flat=True)) if user.pk else []
    save_user(user=user, account_ids=kept, by=None)
    return reset_password(user_id=user.pk)
