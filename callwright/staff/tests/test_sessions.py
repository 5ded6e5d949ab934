"""Sessions and their users are read by statements of our own; what they mean is Django's."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, authenticate, get_user
from django.contrib.sessions.backends.db import SessionStore as DjangosStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpRequest
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from callwright.live.access import who
from callwright.staff import sessions
from callwright.staff.models import User
from callwright.staff.sessions import BACKEND, SessionStore, SessionUsers, user_of
from callwright.staff.testing import PASSWORD

pytestmark = pytest.mark.django_db
PASSWORDS = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def ann(make_user, account):
    return make_user("Ann", email="ann@example.org", password=PASSWORD, language="nl", accounts=[account])


def request_with(key):
    request = HttpRequest()
    request.session = SessionStore(key)
    return request


def session_of(user, backend=BACKEND, store=SessionStore):
    session = store()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = backend
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session.session_key


def test_the_product_uses_them():
    assert import_module(settings.SESSION_ENGINE).SessionStore is SessionStore
    assert "callwright.staff.sessions.SessionUserMiddleware" in settings.MIDDLEWARE


def test_the_user_is_whole_and_costs_two_queries(ann, django_assert_num_queries):
    key = session_of(ann)
    with django_assert_num_queries(2):
        found = get_user(request_with(key))
    stored = User.objects.get(pk=ann.pk)
    assert type(found) is User and not found.get_deferred_fields()
    for field in User._meta.concrete_fields:
        assert getattr(found, field.attname) == getattr(stored, field.attname), field.attname
    found.theme = "dark"
    found.save()  # an update of the row that is there
    assert User.objects.get(pk=ann.pk).theme == "dark" and User.objects.count() == 1


def test_the_user_of_a_session_seen_before_comes_with_it(ann, django_assert_num_queries):
    key = session_of(ann)
    with django_assert_num_queries(2):
        assert user_of(request_with(key)) == ann
    User.objects.filter(pk=ann.pk).update(theme="dark", all_accounts=True)
    with django_assert_num_queries(1):
        found = user_of(request_with(key))
    assert type(found) is User and not found.get_deferred_fields()
    for field in User._meta.concrete_fields:
        assert getattr(found, field.attname) == getattr(User.objects.get(), field.attname), field.attname


def test_a_stream_asks_whose_it_is_as_requests_do(ann):
    key = session_of(ann)
    asked = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            assert who(key).user_id == ann.pk
        asked.append(len(captured))
    assert asked[1] == asked[0] - 1


def end(key):
    Session.objects.filter(pk=key).delete()


def expire(key):
    Session.objects.filter(pk=key).update(expire_date=timezone.now() - timedelta(seconds=1))


def forge(key):
    Session.objects.filter(pk=key).update(session_data="eyJfYXV0aF91c2VyX2lkIjoiMSJ9:1abcde:forged")


CHANGES = [{"is_active": False}, {"role": "controller"}, {"password": "!"}]


@pytest.mark.parametrize(
    "happens",
    [end, expire, forge, lambda key: User.objects.all().delete()]
    + [lambda key, change=change: User.objects.update(**change) for change in CHANGES],
)
def test_a_session_seen_before_ends_at_once(ann, happens):
    key = session_of(ann)
    assert user_of(request_with(key)) == ann == user_of(request_with(key))
    happens(key)
    assert not user_of(request_with(key)).is_authenticated


def test_a_session_that_became_that_of_another_user_is_theirs(ann, make_user):
    key, bob = session_of(ann), make_user("Bob")
    assert user_of(request_with(key)) == ann
    theirs = Session.objects.get(pk=session_of(bob))
    Session.objects.filter(pk=key).update(session_data=theirs.session_data)
    assert user_of(request_with(key)) == bob == user_of(request_with(key))
    request = request_with(key)
    assert user_of(request) == bob
    request.session[SESSION_KEY] = str(ann.pk)  # what was read with it is nobody else's
    assert not user_of(request).is_authenticated


def test_what_one_request_does_to_its_session_is_not_seen_by_others_before_it_is_saved():
    first = SessionStore()
    first["words"] = ["one"]
    first.save()
    for _ in range(2):
        again = SessionStore(first.session_key)
        assert again["words"] == ["one"]
        again["words"].append("two")
    again.save()
    assert SessionStore(first.session_key)["words"] == ["one", "two"]


def test_not_all_sessions_of_all_times_are_remembered(ann, monkeypatch):
    monkeypatch.setattr(sessions, "_MOST_REMEMBERED", 3)
    for _ in range(10):
        assert user_of(request_with(session_of(ann))) == ann
    assert len(sessions._remembered) <= 3


def test_a_session_is_written_and_read_again():
    first = SessionStore()
    first["words"] = ["hé", 1]
    first.save()
    again = SessionStore(first.session_key)
    assert again["words"] == ["hé", 1] and DjangosStore(first.session_key)["words"] == ["hé", 1]
    again["words"] = []
    again.save()
    assert SessionStore(first.session_key)["words"] == []
    again.flush()
    assert SessionStore(first.session_key).load() == {}


def test_a_session_from_before_stays_valid(ann):
    assert get_user(request_with(session_of(ann, PASSWORDS, DjangosStore))) == ann


def test_an_ended_session_is_nobodys_and_its_key_is_not_taken_over(ann):
    key = session_of(ann)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    request = request_with(key)
    assert not get_user(request).is_authenticated
    request.session["x"] = 1
    request.session.save()
    assert request.session.session_key not in (None, key)


@pytest.mark.parametrize("key", ["", "short", "a" * 32, "x' OR '1'='1' -- padding padding"])
def test_a_key_that_nobody_was_given_opens_nothing(ann, key):
    session_of(ann)
    assert not get_user(request_with(key)).is_authenticated


def test_a_session_that_was_tampered_with_is_empty(ann):
    key = session_of(ann)
    Session.objects.update(session_data="eyJfYXV0aF91c2VyX2lkIjoiMSJ9:1abcde:forged")
    assert not get_user(request_with(key)).is_authenticated


@pytest.mark.parametrize("change", CHANGES)
def test_what_a_session_proves_itself_against(ann, change):
    key = session_of(ann)
    User.objects.filter(pk=ann.pk).update(**change)
    assert not get_user(request_with(key)).is_authenticated


def test_a_user_who_is_gone_has_no_session(ann):
    key = session_of(ann)
    ann.delete()
    assert not get_user(request_with(key)).is_authenticated


def test_inactive_users_are_not_known(ann):
    assert SessionUsers().get_user(ann.pk) == ann
    User.objects.update(is_active=False)
    assert SessionUsers().get_user(ann.pk) is None and SessionUsers().get_user(0) is None


def test_a_new_secret_takes_over_the_sessions_of_the_one_before(ann, settings):
    key, before = session_of(ann), settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another secret, long enough to be one", [before]
    request = request_with(key)
    assert get_user(request) == ann
    assert request.session.session_key != key and SessionStore(key).load() == {}
    request.session.save()
    settings.SECRET_KEY_FALLBACKS = []
    assert get_user(request_with(request.session.session_key)) == ann


def test_passwords_are_tried_once_and_by_the_backend_of_passwords(ann, checked_passwords):
    request = RequestFactory().post("/login/")
    assert authenticate(request, username="Ann", password=PASSWORD).backend == PASSWORDS
    checked_passwords.clear()
    assert authenticate(request, username="Ann", password="wrong") is None
    assert len(checked_passwords) == 1


@pytest.fixture
def checked_passwords(monkeypatch):
    """Each password that is checked, noted on its way to the check."""
    checked = []
    check = User.check_password
    monkeypatch.setattr(User, "check_password", lambda user, raw: (checked.append(raw), check(user, raw))[1])
    return checked
