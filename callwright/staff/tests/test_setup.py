import pytest

from callwright.staff.models import Extension, PauseReason, Role, User
from callwright.staff.operations.add_extensions import NotANumber, TooMany, numbers_in

NEW = {"name": "Nina Novak", "username": "nina", "role": "agent", "language": "hu", "time_zone": "Europe/Budapest"}


def test_numbers_in_what_people_write():
    assert numbers_in("201-204, 0301 0302; 9\n12") == ["201", "202", "203", "204", "0301", "0302", "9", "12"]
    assert numbers_in("08 – 11") == ["08", "09", "10", "11"]


@pytest.mark.parametrize("text", ["abc", "204-201", "99-101", "201-", "+31201"])
def test_what_is_no_extension_is_named(text):
    with pytest.raises(NotANumber):
        numbers_in(text)


def test_a_slip_does_not_make_a_million_extensions():
    with pytest.raises(TooMany):
        numbers_in("0000000-9999999")


def test_adding_extensions_twice_and_removing_a_free_one_only(administrator_client, owner, pbx):
    for _again in range(2):
        administrator_client.post("/admin/extensions/", {"pbx": pbx.pk, "numbers": "201-203"})
    assert Extension.objects.filter(pbx=pbx).count() == 3
    for number in ("201", "203"):
        administrator_client.post(f"/admin/extensions/{Extension.objects.get(number=number).pk}/remove/")
    assert set(Extension.objects.values_list("number", flat=True)) == {"201", "202"}


def test_pause_reasons_are_added_reworded_ordered_and_retired(supervisor_client):
    for label in ("Lunch", "Training", "غداء", "Lunch"):
        supervisor_client.post("/admin/pause-reasons/", {"label": label})
    assert list(PauseReason.objects.values_list("code", flat=True)) == ["lunch", "training", "reason", "lunch-2"]
    training = PauseReason.objects.get(code="training")
    supervisor_client.post(f"/admin/pause-reasons/{training.pk}/", {"do": "up", "label": "ignored"})
    supervisor_client.post(f"/admin/pause-reasons/{training.pk}/", {"do": "label", "label": "Course"})
    assert PauseReason.objects.first() == training and PauseReason.objects.first().label == "Course"
    supervisor_client.post(f"/admin/pause-reasons/{training.pk}/", {"do": "retire"})
    assert PauseReason.objects.get(code="training").retired
    assert (
        "needs a word" in supervisor_client.post("/admin/pause-reasons/", {"label": " "}, follow=True).content.decode()
    )


def test_a_new_user_gets_a_password_that_is_shown_and_must_be_changed(administrator_client, account, browser_of):
    page = administrator_client.post("/admin/users/new/", {**NEW, "accounts": [account.pk]})
    nina = User.objects.get(username="nina")
    assert nina.check_password(page.context["password"]) and nina.password_is_temporary
    assert [right.account_id for right in nina.account_rights.all()] == [account.pk]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": "OLIVIA"}, "username"),
        ({"username": "a@b"}, "username"),
        ({"role": "emperor"}, "role"),
        ({"role": "customer"}, "accounts"),
        ({"role": "customer", "all_accounts": "on"}, "all_accounts"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"name": ""}, "name"),
    ],
)
def test_a_user_that_cannot_be_is_refused_at_the_field(administrator_client, owner, change, field):
    answer = administrator_client.post("/admin/users/new/", {**NEW, **change})
    assert answer.status_code == 200 and field in answer.context["form"].errors


def test_rights_are_exactly_those_ticked(administrator_client, owner, account, other_account):
    data = {**NEW, "username": "olivia", "accounts": [other_account.pk]}
    assert administrator_client.post(f"/admin/users/{owner.pk}/", data).status_code == 302
    assert [right.account_id for right in owner.account_rights.all()] == [other_account.pk]


def test_an_administrator_cannot_lock_themselves_or_everybody_out(administrator_client, administrator):
    answer = administrator_client.post(f"/admin/users/{administrator.pk}/", {**NEW, "username": "adam"})
    assert "role" in answer.context["form"].errors
    administrator_client.post(f"/admin/users/{administrator.pk}/active/", {"active": "0"})
    administrator.refresh_from_db()
    assert administrator.is_active and administrator.role == Role.ADMINISTRATOR


def test_a_supervisor_cannot_unlock_or_open_an_administrator(supervisor_client, administrator):
    assert supervisor_client.post(f"/admin/users/{administrator.pk}/unlock/").status_code == 404
    assert supervisor_client.get(f"/admin/users/{administrator.pk}/").status_code == 403


def test_the_list_of_users_is_searched_by_part_and_does_not_grow_in_queries(
    administrator_client, make_user, owner, colleague, django_assert_max_num_queries
):
    for n in range(30):
        make_user(f"extra{n}")
    with django_assert_max_num_queries(8):
        page = administrator_client.get("/admin/users/").content.decode()
    assert "Olivia" in page and "201" in page
    part = administrator_client.get("/admin/users/?search=oli", headers={"HX-Request": "true"}).content.decode()
    assert "Olivia" in part and "Carl" not in part and "<html" not in part


def test_a_taken_extension_is_refused_on_the_screen_with_a_name(owner, colleague, browser_of):
    taken = Extension.objects.get(number="201")
    page = browser_of(colleague).post(f"/extensions/{taken.pk}/take/", follow=True).content.decode()
    assert "Olivia sits at extension 201" in page
    assert Extension.objects.get(number="201").employee == owner


def test_a_supervisor_moves_only_those_who_share_an_account(supervisor_client, owner, outsider, pbx):
    free = Extension.objects.create(pbx=pbx, number="300")
    assert supervisor_client.post(f"/extensions/{free.pk}/move/", {"employee": outsider.pk}).status_code == 404
    supervisor_client.post(f"/extensions/{free.pk}/move/", {"employee": owner.pk})
    assert Extension.objects.get(number="300").employee == owner
    assert Extension.objects.get(number="201").employee is None
