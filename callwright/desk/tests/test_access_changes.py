"""Whoever may see less from now on has no stream that goes on as before."""

from typing import Any

import pytest

from callwright.live.models import LiveEvent
from callwright.staff.operations.save_user import change_own_password, reset_password, save_user, set_active

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("what", ["rights", "deactivated", "password given", "password chosen"])
def test_streams_of_a_user_prove_themselves_again(what: str, owner: Any, account: Any, administrator: Any) -> None:
    {
        "rights": lambda: save_user(user=owner, account_ids=[], by=administrator.pk),
        "deactivated": lambda: set_active(user_id=owner.pk, active=False, by=administrator.pk),
        "password given": lambda: reset_password(user_id=owner.pk),
        "password chosen": lambda: change_own_password(user=owner, password="something else entirely"),
    }[what]()
    told = LiveEvent.objects.filter(topic="access").values_list("name", "key")
    assert list(told) == [("changed", str(owner.pk))]
