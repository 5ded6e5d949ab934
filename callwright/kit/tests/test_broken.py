from django.test import Client, RequestFactory
from django.utils import translation

from callwright.kit.broken import broken, stale_form

REQUEST = RequestFactory().get("/")  # nobody is signed in, and there is no session: a fault may have taken both


def test_a_fault_of_ours_is_told_in_the_language_of_the_page() -> None:
    with translation.override("ar"):
        page = broken(REQUEST)
    assert page.status_code == 500
    html = page.content.decode()
    assert 'dir="rtl"' in html and 'lang="ar"' in html and "حدث خطأ ما" in html


def test_a_form_without_its_proof_of_origin_changes_nothing_and_says_why() -> None:
    page = Client(enforce_csrf_checks=True).post("/login/", {"login": "a", "password": "b"}, HTTP_ACCEPT_LANGUAGE="nl")
    assert page.status_code == 403
    assert "Niet geaccepteerd" in page.content.decode()
    assert stale_form(REQUEST).status_code == 403
