import pytest
from django.contrib.auth.models import AnonymousUser

from callwright.staff.queries.rights import may, visible_account_ids
from callwright.staff.rules import ALL_RIGHTS, RIGHTS_OF_ROLE, role_has


def test_an_agent_sees_the_accounts_granted_and_no_other(owner, outsider, account, other_account):
    assert visible_account_ids(owner) == {account.id}
    assert visible_account_ids(outsider) == {other_account.id}


def test_all_accounts_is_none_but_never_for_customers(administrator, customer, account, other_account):
    assert visible_account_ids(administrator) is None
    customer.all_accounts = True
    customer.save()
    assert visible_account_ids(customer) == {account.id}


def test_strangers_and_deactivated_users_see_and_may_nothing(owner):
    assert visible_account_ids(AnonymousUser()) == frozenset()
    assert not may(AnonymousUser(), "see_register")
    owner.is_active = False
    assert visible_account_ids(owner) == frozenset()
    assert not may(owner, "see_register")


def test_roles_of_the_product():
    assert role_has("agent", "use_desk") and not role_has("agent", "watch_floor")
    assert role_has("supervisor", "watch_floor") and not role_has("supervisor", "administer_users")
    assert role_has("controller", "see_register") and not role_has("controller", "edit_contacts")
    assert role_has("administrator", "administer_pbx")
    assert RIGHTS_OF_ROLE["customer"] == {"see_portal"}
    assert set().union(*RIGHTS_OF_ROLE.values()) == ALL_RIGHTS


def test_a_misspelt_right_is_an_error_and_no_open_door(owner):
    with pytest.raises(ValueError, match="see_registers"):
        may(owner, "see_registers")


def test_the_number_of_queries(owner, administrator, django_assert_num_queries):
    with django_assert_num_queries(1):
        visible_account_ids(owner)
    with django_assert_num_queries(0):
        visible_account_ids(administrator)
