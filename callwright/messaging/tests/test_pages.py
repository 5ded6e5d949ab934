"""The screens of notifications: the bell, its list, the page, choices, and the way from a mail to the record."""

from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from callwright.live.models import LiveEvent
from callwright.messaging.models import EventAddress, EventChoice, Mail, Notification
from callwright.messaging.operations.notify import notify
from callwright.staff.models import AccountRight

pytestmark = pytest.mark.django_db

HOSTILE = '<script>alert(1)</script>\u202e"&'


@pytest.fixture
def tell(too_loud, account, now):
    def tell(key="c1", **more):
        known = {"event": "too_loud", "key": key, "account_id": account.pk, "path": f"/accounts/{account.pk}/"}
        notify(**{**known, "now": now, "values": {"caller": "Ann", "n": 3}, **more})

    return tell


def test_the_bell_counts_what_is_unread_in_one_query_on_every_page(tell, supervisor, supervisor_client):
    for n in range(3):
        tell(key=f"c{n}")
    supervisor_client.get("/me/")
    with CaptureQueriesContext(connection) as queries:
        page = supervisor_client.get("/me/").content.decode()
    assert "3 unread notifications" in page
    assert sum("messaging_" in query["sql"] for query in queries) == 1
    part = supervisor_client.get("/messages/bell/", headers={"HX-Request": "true"}).content.decode()
    assert "3 unread notifications" in part


def test_parts_of_pages_ask_nothing_for_the_bell(tell, supervisor_client):
    supervisor_client.get("/accounts/find/")
    with CaptureQueriesContext(connection) as queries:
        supervisor_client.get("/accounts/find/", headers={"HX-Request": "true"})
    assert not [query for query in queries if "messaging_" in query["sql"]]


def test_over_99_is_said_so(tell, supervisor, supervisor_client, now):
    for n in range(100):
        tell(key=f"c{n}")
    assert "99+" in supervisor_client.get("/messages/bell/").content.decode()


def test_open_pages_hear_of_what_is_new_and_read(tell, supervisor, supervisor_client):
    tell()
    assert LiveEvent.objects.filter(topic=f"notifications:{supervisor.pk}", name="added").count() == 1
    supervisor_client.post("/messages/notifications/read/")
    assert LiveEvent.objects.filter(topic=f"notifications:{supervisor.pk}", name="read").count() == 1
    assert "unread notification" not in supervisor_client.get("/messages/bell/").content.decode()


def test_the_list_says_it_in_words_whatever_strangers_wrote(tell, supervisor_client):
    tell(values={"caller": HOSTILE, "n": 3})
    for url in ("/messages/bell/list/", "/messages/notifications/"):
        page = supervisor_client.get(url).content.decode()
        assert "<bdi>&lt;script&gt;alert(1)&lt;/script&gt;&quot;&amp;</bdi> was too loud" in page
        assert "Baker &amp; Sons" in page


def test_opening_one_marks_it_read_and_leads_to_the_record(tell, supervisor, supervisor_client, account):
    tell()
    one = Notification.objects.get()
    answer = supervisor_client.get(f"/messages/notifications/{one.pk}/")
    assert (answer.status_code, answer.url) == (302, f"/accounts/{account.pk}/")
    one.refresh_from_db()
    assert one.read_at is not None
    supervisor_client.post(f"/messages/notifications/{one.pk}/read/", {"read": "0"})
    one.refresh_from_db()
    assert one.read_at is None


def test_what_one_may_no_longer_see_is_no_longer_told(tell, supervisor, supervisor_client):
    tell()
    one = Notification.objects.get()
    AccountRight.objects.filter(user=supervisor).delete()
    assert "too loud" not in supervisor_client.get("/messages/notifications/").content.decode()
    assert "unread notification" not in supervisor_client.get("/messages/bell/").content.decode()
    assert supervisor_client.get(f"/messages/notifications/{one.pk}/").status_code == 404


def test_of_another_role_it_is_no_longer_told_either(tell, supervisor, browser_of):
    tell()
    supervisor.role = "agent"
    supervisor.save()
    assert "too loud" not in browser_of(supervisor).get("/messages/notifications/").content.decode()


def test_somebody_elses_are_not_found_and_stay_unread(tell, supervisor, controller, browser_of):
    tell()
    one = Notification.objects.get(user=supervisor)
    other = browser_of(controller)
    assert other.get(f"/messages/notifications/{one.pk}/").status_code == 404
    other.post(f"/messages/notifications/{one.pk}/read/")
    other.post("/messages/notifications/read/")
    one.refresh_from_db()
    assert one.read_at is None


def test_older_ones_follow_page_by_page(tell, supervisor_client):
    for n in range(120):
        tell(key=f"c{n}", values={"caller": f"Caller {n}", "n": 1})
    seen, url = [], "/messages/notifications/"
    while url:
        page = supervisor_client.get(url, headers={"HX-Request": "true"}).content.decode()
        seen += [piece.split("</bdi>")[0] for piece in page.split("<bdi>Caller ")[1:]]
        url = page.split('hx-get="')[1].split('"')[0].replace("&amp;", "&") if "Show more" in page else ""
    assert len(seen) == 120
    assert len(set(seen)) == 120


def test_each_chooses_what_to_be_told(tell, supervisor, supervisor_client):
    page = supervisor_client.get("/messages/choices/").content.decode()
    assert "A call that was too loud" in page
    assert "A message that did not arrive" not in page  # of which supervisors are never told
    supervisor_client.post("/messages/choices/", {"mail_too_loud": "on", "mail_mail_failed": "on"})
    choice = EventChoice.objects.get(event="too_loud")
    assert (choice.user, choice.in_app, choice.by_mail) == (supervisor, False, True)
    assert not EventChoice.objects.filter(event="mail_failed").exists()


def test_the_link_of_a_mail_opens_the_record_after_the_login(tell, settings, account, make_user, client):
    settings.PUBLIC_URL = "http://testserver"
    make_user("sam", role="supervisor", accounts=[account], password="correct horse battery")
    make_user("stan", role="supervisor", password="correct horse battery")
    EventAddress.objects.create(event="too_loud", email="boss@example.org")
    tell()
    url = next(word for word in Mail.objects.get().text.split() if word.startswith("http"))
    assert url == f"http://testserver/accounts/{account.pk}/"
    asked = client.get(urlsplit(url).path)
    assert asked.status_code == 302
    login = {"login": "sam", "password": "correct horse battery"}
    opened = client.post(asked.url, {**login, "next": urlsplit(url).path}, follow=True)
    assert opened.redirect_chain[-1] == (f"/accounts/{account.pk}/", 302)
    assert "Baker &amp; Sons" in opened.content.decode()
    client.post("/logout/")
    refused = client.post(asked.url, {**login, "login": "stan", "next": urlsplit(url).path}, follow=True)
    assert refused.status_code == 404
    assert "belongs to an account that you do not see" in refused.content.decode()


def test_where_links_lead_without_a_setting(settings):
    from callwright.messaging.links import public_url
    from callwright.messaging.models import MailServer

    settings.PUBLIC_URL, settings.ALLOWED_HOSTS, settings.CSRF_TRUSTED_ORIGINS = "", ["desk.example", "*"], []
    assert public_url() == "http://desk.example"
    settings.CSRF_TRUSTED_ORIGINS = ["https://*.example", "https://calls.example"]
    assert public_url() == "https://calls.example"
    MailServer.objects.create(host="x", from_address="a@b.example", public_url="https://set.example/cw")
    assert public_url() == "https://set.example/cw"
    settings.PUBLIC_URL = "https://env.example/"
    assert public_url() == "https://env.example"
