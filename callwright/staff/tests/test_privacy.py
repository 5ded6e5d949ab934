"""Inside a bureau people know of each other by the accounts that they share, and of nobody else."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection

from callwright.live.models import LiveEvent
from callwright.staff.models import Extension, Seat
from callwright.staff.operations.take_extension import ExtensionTaken, take_extension
from callwright.staff.queries.users import visible_users

NOW = datetime(2026, 11, 18, 9, tzinfo=UTC)


@pytest.fixture
def other_customer(make_user, other_account):
    return make_user("corinne", role="customer", accounts=[other_account])


@pytest.mark.django_db
def test_a_supervisor_of_some_accounts_sees_users_of_these_accounts_only(
    supervisor, owner, outsider, customer, other_customer, administrator, make_user, browser_of
):
    floater = make_user("flora", all_accounts=True)
    assert set(visible_users(supervisor)) == {supervisor, owner, customer, floater}
    browser = browser_of(supervisor)
    page = browser.get("/admin/users/").content.decode()
    assert "Olivia" in page and "Otto" not in page and "Corinne" not in page
    assert browser.post(f"/admin/users/{outsider.pk}/unlock/").status_code == 404
    assert browser.post(f"/admin/users/{owner.pk}/unlock/").status_code == 302
    everywhere = make_user("sara", role="supervisor", all_accounts=True)
    assert set(visible_users(everywhere)) >= {owner, outsider, customer, other_customer}


@pytest.mark.django_db
def test_who_sits_where_names_colleagues_only(owner, colleague, outsider, pbx, owner_client, outsider_client):
    place = Extension.objects.create(pbx=pbx, number="301")
    take_extension(user_id=outsider.pk, extension_id=place.pk, now=NOW)
    page = owner_client.get("/extensions/").content.decode()
    assert "Carl" in page and "Otto" not in page and "Taken" in page
    refused = owner_client.post(f"/extensions/{place.pk}/take/", follow=True).content.decode()
    assert "Somebody sits at extension 301" in refused and "Otto" not in refused
    known = Extension.objects.get(number="202")
    assert (
        "Carl sits at extension 202" in owner_client.post(f"/extensions/{known.pk}/take/", follow=True).content.decode()
    )
    desk = owner_client.post("/desk/me/extension", {"extension": place.pk}).content.decode()
    assert "Somebody sits at extension 301" in desk and "Otto" not in desk


@pytest.mark.django_db
def test_a_queue_of_an_account_is_told_to_those_who_may_see_the_account(account, pbx):
    from callwright.telephony import events
    from callwright.telephony.models import Queue
    from callwright.telephony.operations.note_member import note_waiting

    Queue.objects.create(pbx=pbx, name="bakers", account=account)
    for name in ("bakers", "everyone"):
        note_waiting([events.QueueChanged(pbx=pbx.slug, at=NOW, queue=name, waiting=2)], now=NOW)
    told = LiveEvent.objects.filter(topic__startswith="queue:").order_by("id")
    assert [one.account_id for one in told] == [account.pk, None]


@pytest.mark.django_db(transaction=True)
def test_one_employee_taking_two_extensions_at_once_ends_up_at_one(owner, pbx):
    places = [Extension.objects.create(pbx=pbx, number=number) for number in ("301", "302", "303", "304")]
    errors: list[BaseException] = []
    ready = threading.Barrier(len(places))

    def take(place):
        try:
            ready.wait(10)
            take_extension(user_id=owner.pk, extension_id=place.pk, now=NOW)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=[place]) for place in places]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert errors == []
    sits = Extension.objects.get(employee=owner)
    assert [seat.number for seat in Seat.objects.filter(user=owner, left_at=None)] == [sits.number]


@pytest.mark.django_db(transaction=True)
def test_of_two_employees_at_once_one_gets_the_extension_and_the_other_is_told(owner, colleague, pbx):
    place = Extension.objects.create(pbx=pbx, number="301")
    results: list[object] = []
    ready = threading.Barrier(2)

    def take(user):
        try:
            ready.wait(10)
            results.append(take_extension(user_id=user.pk, extension_id=place.pk, now=NOW).number)
        except ExtensionTaken as refusal:
            results.append(refusal.employee_id)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=[user]) for user in (owner, colleague)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    place.refresh_from_db()
    assert sorted(map(str, results)) == sorted(["301", str(place.employee_id)])


def test_controllers_read_calls_and_change_none():
    from callwright.staff.rules import role_has

    assert role_has("controller", "see_register") and not role_has("controller", "annotate_calls")
    assert all(role_has(role, "annotate_calls") for role in ("agent", "supervisor", "administrator"))
