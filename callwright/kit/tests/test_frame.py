"""The page frame: navigation by rights, security policy, toasts, forms, theme."""

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.translation import gettext_lazy, override

from callwright.kit import navigation
from callwright.kit.context import chosen_theme, screen
from callwright.kit.csp import POLICY, ContentSecurityPolicyMiddleware
from callwright.kit.navigation import NavCount, NavEntry, declare_navigation, entries_for
from callwright.kit.toasts import add_toast

CAPABILITIES = Path(__file__).parent.parent.parent


@pytest.fixture
def entries() -> Iterator[None]:
    before, parts = dict(navigation._entries), dict(navigation._parts)
    navigation._entries.clear()
    navigation._parts.clear()
    declare_navigation(
        NavEntry("later", gettext_lazy("Later"), "kit:parts", "list", 20, lambda user: True, "g l"),
        NavEntry("first", gettext_lazy("First"), "kit:style_guide", "phone", 10, lambda user: user.may),
    )
    yield
    navigation._entries.clear()
    navigation._entries.update(before)
    navigation._parts.update(parts)


def asked(path: str = "/", *, may: bool = True, signed_in: bool = True) -> HttpRequest:
    request = RequestFactory().get(path)
    request.user = SimpleNamespace(is_authenticated=signed_in, may=may, pk=7)
    return request


@pytest.mark.urls("callwright.kit.tests.guide_urls")
@pytest.mark.usefixtures("entries")
class TestNavigation:
    def test_entries_stand_in_order_and_the_current_one_is_marked(self) -> None:
        shown = entries_for(asked("/kit/parts/7"))
        assert [(s.entry.key, s.is_current) for s in shown] == [("first", False), ("later", True)]

    def test_an_entry_without_the_right_is_not_shown(self) -> None:
        assert [s.entry.key for s in entries_for(asked(may=False))] == ["later"]

    def test_a_stranger_sees_none(self) -> None:
        assert entries_for(asked(signed_in=False)) == []

    def test_what_waits_behind_an_entry_is_counted_when_it_is_shown(self) -> None:
        counted: list[str] = []

        def count(request: HttpRequest) -> dict[str, str]:
            counted.append(request.path)
            return {"title": "7 wait"}

        entry = NavEntry("waits", gettext_lazy("Waits"), "kit:parts", "list", 30, lambda user: True)
        declare_navigation(replace(entry, count=NavCount("kit/state.html", count)))
        shown = entries_for(asked("/kit/"))[-1]
        assert counted == []  # whoever looks for an address needs no count
        assert shown.part["title"] == "7 wait" and shown.part["title"] and counted == ["/kit/"]

    def test_a_key_is_declared_once(self) -> None:
        with pytest.raises(ValueError, match="twice"):
            declare_navigation(NavEntry("first", gettext_lazy("First"), "kit:parts", "x", 1, lambda user: True))

    def test_the_frame_has_language_direction_skip_link_and_keys(self) -> None:
        with override("ar"):
            request = asked("/kit/")
            html = render_to_string("kit/base.html", screen(request), request)
        assert '<html lang="ar" dir="rtl">' in html
        assert 'href="#page"' in html and 'id="page"' in html
        assert 'data-key="g l"' in html and 'name="live-stream"' in html


def test_the_policy_stands_on_every_answer() -> None:
    answer = ContentSecurityPolicyMiddleware(lambda request: HttpResponse("x"))(RequestFactory().get("/"))
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert "unsafe" not in POLICY and "default-src 'none'" in POLICY


def test_the_policy_stands_on_answers_of_asynchronous_views() -> None:
    async def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("x", headers={"Content-Security-Policy": "sandbox"})

    answer = asyncio.run(ContentSecurityPolicyMiddleware(view)(RequestFactory().get("/")))
    assert answer.headers["Content-Security-Policy"] == "sandbox"
    assert "microphone=(self)" in answer.headers["Permissions-Policy"]


def test_templates_keep_to_the_policy() -> None:
    """No inline script, style, event handler or evaluated htmx expression in any template of the product."""
    forbidden = re.compile(
        r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)|hx-on|hx-trigger=\"[^\"]*\[|\"js:|='js:"
    )
    broken = {
        str(template.relative_to(CAPABILITIES)): found
        for template in CAPABILITIES.glob("*/templates/**/*.html")
        if "mails" not in template.parts  # programs that read mail know no style sheets
        and (found := forbidden.findall(re.sub(r"{%.*?%}", "", template.read_text())))
    }
    assert broken == {}


def test_a_toast_joins_other_triggers() -> None:
    response = HttpResponse(headers={"HX-Trigger": '{"saved": 1}'})
    add_toast(response, "Névjegy törölve", undo_url="/undo/")
    triggers = json.loads(response.headers["HX-Trigger"])
    assert triggers["saved"] == 1
    assert triggers["toast"] == {"text": "Névjegy törölve", "undoUrl": "/undo/", "tone": "green"}


class SampleForm(forms.Form):
    name = forms.CharField(help_text="As the caller says it.")
    vip = forms.BooleanField(required=False)
    kind = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect, required=False)


def test_help_and_errors_are_bound_to_their_field() -> None:
    form = SampleForm({"name": ""})
    html = str(form)
    described = re.search(r'<input type="text" name="name"[^>]*aria-describedby="([^"]+)"', html)
    assert described is not None
    for part in described[1].split():
        assert f'id="{part}"' in html
    assert "id_name_error" in described[1] and 'aria-invalid="true"' in html
    assert '<label class="field-label" for="id_name">' in html and "<legend" in html


def test_the_theme_is_the_browsers_choice_then_the_users() -> None:
    request = asked()
    request.user.theme = "dark"
    assert chosen_theme(request) == "dark"
    request.COOKIES["theme"] = "light"
    assert chosen_theme(request) == "light"
    request.COOKIES["theme"] = '"><script>'
    assert chosen_theme(request) == ""


def test_every_vendored_folder_has_its_licence_version_and_checksum() -> None:
    vendor = CAPABILITIES / "kit" / "static" / "vendor"
    index = json.loads((vendor / "VENDORED.json").read_text())
    assert {folder.name for folder in vendor.iterdir() if folder.is_dir()} == set(index)
    for folder, entry in index.items():
        assert (vendor / folder / "LICENSE").stat().st_size > 0
        assert entry["version"] and len(entry["sha512"]) == 88 and entry["licence"]
