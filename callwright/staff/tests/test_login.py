from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.utils import timezone

from callwright.staff.models import Extension, Seat
from callwright.staff.testing import PASSWORD


@pytest.fixture
def ann(make_user, pbx, account):
    return make_user("Ann", email="ann@example.org", password=PASSWORD, accounts=[account], extension=("201", pbx))


def log_in(client, login, password=PASSWORD, **more):
    return client.post("/login/", {"login": login, "password": password, **more})


@pytest.mark.parametrize("login", ["Ann", "ann", " ANN ", "Ann@Example.org"])
def test_logging_in_by_name_or_mail_in_any_case(ann, stranger_client, login):
    answer = log_in(stranger_client, login, next="/me/")
    assert (answer.status_code, answer.url) == (302, "/me/")
    assert stranger_client.get("/me/").status_code == 200


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"])
def test_nobody_is_sent_elsewhere(ann, stranger_client, back):
    assert log_in(stranger_client, "ann", next=back).url == "/"


def test_a_wrong_password_says_so_without_telling_which_names_exist(ann, stranger_client):
    known, unknown = (log_in(stranger_client, name, "wrong") for name in ("ann", "nobody"))
    text = "do not belong together"
    assert text in known.content.decode() and text in unknown.content.decode()


def test_mail_of_two_users_is_no_login(ann, make_user, stranger_client):
    make_user("anna", email="ANN@example.org", password=PASSWORD)
    assert log_in(stranger_client, "ann@example.org").status_code == 200


def test_lock_out_says_how_long_and_whom_to_ask_and_a_supervisor_unlocks(ann, supervisor_client, stranger_client):
    for _attempt in range(settings.AXES_FAILURE_LIMIT):
        answer = log_in(stranger_client, "aNN", "wrong")
    assert answer.status_code == 429
    assert "Try again in 15 minutes, or ask a supervisor or an administrator" in answer.content.decode()
    assert log_in(stranger_client, "ann@example.org").status_code == 429  # the right password, by another name for her
    assert "Locked out" in supervisor_client.get("/admin/users/").content.decode()
    assert supervisor_client.post(f"/admin/users/{ann.pk}/unlock/").status_code == 302
    assert log_in(stranger_client, "ann").status_code == 302


def test_the_lock_ends_by_itself(ann, stranger_client):
    for _attempt in range(settings.AXES_FAILURE_LIMIT):
        log_in(stranger_client, "ann", "wrong")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert log_in(stranger_client, "ann").status_code == 302


def test_guessing_many_names_from_one_address_is_stopped(ann, stranger_client):
    AccessAttempt.objects.bulk_create(
        AccessAttempt(username=f"guess{n}", ip_address="127.0.0.1", failures_since_start=1, attempt_time=timezone.now(),
                      user_agent="", http_accept="", path_info="", get_data="", post_data="")
        for n in range(60)
    )  # fmt: skip
    assert log_in(stranger_client, "ann").status_code == 429


def test_a_deactivated_user_is_out_at_once_and_stays_out(ann, stranger_client, administrator_client):
    log_in(stranger_client, "ann")
    administrator_client.post(f"/admin/users/{ann.pk}/active/", {"active": "0"})
    assert stranger_client.get("/me/").url.startswith("/login/?next=")
    assert log_in(stranger_client, "ann").status_code == 200
    assert Extension.objects.get(number="201").employee is None


def test_sessions_end_when_the_role_changes(ann, stranger_client):
    log_in(stranger_client, "ann")
    ann.role = "controller"
    ann.save()
    assert stranger_client.get("/me/").status_code == 302


def test_changing_the_password_ends_the_other_sessions_only(ann, browser_of):
    here, there = browser_of(ann), browser_of(ann)
    new = {"current": PASSWORD, "new": "staple battery correct", "again": "staple battery correct"}
    assert here.post("/me/password/", new).status_code == 302
    assert here.get("/me/").status_code == 200
    assert there.get("/me/").status_code == 302


def test_a_temporary_password_opens_nothing_but_its_change(ann, administrator_client, stranger_client):
    page = administrator_client.post(f"/admin/users/{ann.pk}/password/")
    password = page.context["password"]
    assert "no-store" in page["Cache-Control"] and password in page.content.decode()
    log_in(stranger_client, "ann", password)
    assert stranger_client.get("/me/").url == "/me/password/"
    new = {"current": password, "new": "staple battery correct", "again": "staple battery correct"}
    assert stranger_client.post("/me/password/", new).status_code == 302
    assert stranger_client.get("/me/").status_code == 200


def test_logging_out_frees_the_extension_and_logging_in_takes_it_again(ann, stranger_client):
    log_in(stranger_client, "ann")
    stranger_client.post("/logout/")
    assert Extension.objects.get(number="201").employee is None
    log_in(stranger_client, "ann")
    assert Extension.objects.get(number="201").employee == ann
    assert Seat.objects.filter(user=ann).count() == 2


def test_logging_in_leaves_the_extension_to_whom_took_it_meanwhile(ann, make_user, pbx, stranger_client):
    log_in(stranger_client, "ann")
    stranger_client.post("/logout/")
    bob = make_user("bob", extension=("201", pbx))
    log_in(stranger_client, "ann")
    assert Extension.objects.get(number="201").employee == bob


def test_logging_out_by_a_link_does_nothing(ann, browser_of):
    browser = browser_of(ann)
    assert browser.get("/logout/").status_code == 405
    assert browser.get("/me/").status_code == 200


def test_the_language_is_chosen_before_logging_in_and_arabic_runs_right_to_left(stranger_client):
    stranger_client.post("/language/", {"language": "ar", "next": "/login/"})
    assert 'lang="ar" dir="rtl"' in stranger_client.get("/login/").content.decode()
    stranger_client.post("/language/", {"language": "xx", "next": "/login/"})
    assert 'lang="ar" dir="rtl"' in stranger_client.get("/login/").content.decode()


def test_a_user_reads_their_own_language_and_clock(ann, browser_of):
    ann.language, ann.time_zone = "ar", "Asia/Riyadh"
    ann.save()
    answer = browser_of(ann).get("/me/")
    assert 'dir="rtl"' in answer.content.decode()
    assert answer.context["viewer_zone"] == "Asia/Riyadh"


def test_demo_logins_are_shown_in_a_demonstration_only(ann, stranger_client, settings):
    assert "demo-logins" not in stranger_client.get("/login/").content.decode()
    settings.DEMO_PASSWORD = PASSWORD
    page = stranger_client.get("/login/").content.decode()
    assert 'value="Ann"' in page and PASSWORD in page


def test_a_part_of_a_page_sends_the_whole_page_to_the_login(stranger_client):
    answer = stranger_client.get(
        "/me/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/calls?x=1"}
    )
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/login/?next=%2Fcalls%3Fx%3D1"
    assert stranger_client.get("/me/", headers={"Accept": "text/event-stream"}).status_code == 401
