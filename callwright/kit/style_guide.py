"""A page that shows every component in all its states; for those who build screens. Its sample texts stay English."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from callwright.kit.avatars import TONES
from callwright.kit.statuses import statuses
from callwright.kit.timeline import Span, place_spans
from callwright.kit.toasts import add_toast


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Name", help_text="As the caller says it.")
    email = forms.EmailField(label="E-mail")
    phone = forms.CharField(label="Phone", required=False, widget=forms.TextInput(attrs={"type": "tel"}))
    category = forms.ChoiceField(label="Category", choices=[("customer", "Customer"), ("potential", "Potential")])
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    vip = forms.BooleanField(label="Always ring the same agent first", required=False)


def may_open(request: HttpRequest) -> bool:
    """Developers on their own machine, and administrators."""
    return settings.DEBUG or getattr(request.user, "role", "") == "administrator"


def style_guide(request: HttpRequest) -> HttpResponse:
    """The page itself."""
    if not may_open(request):
        raise Http404
    messages.success(request, "The note is saved.")
    return render(request, "kit/style_guide.html", {**_forms(), **_samples()})


def parts(request: HttpRequest) -> HttpResponse:
    """Answers of the page's own live examples: a toast with an undo."""
    if not may_open(request):
        raise Http404
    response = HttpResponse(status=204)
    if "toast" in request.GET:
        add_toast(response, "The call is closed.", undo_url=request.path)
    return response


def _forms() -> dict[str, Any]:
    wrong = SampleForm({"name": "", "email": "anna@", "category": "customer"})
    wrong.is_valid()
    return {"form": SampleForm(initial={"name": "Anna Kovács"}), "wrong_form": wrong}


def _samples() -> dict[str, Any]:
    now = timezone.now().replace(microsecond=0)
    begin = now - timedelta(minutes=6, seconds=12)

    def span(begins_s: int, ends_s: int, tone: str, waiting: bool = False) -> Span:
        return Span(begin + timedelta(seconds=begins_s), begin + timedelta(seconds=ends_s), tone, waiting)

    legs = [
        ("hourglass", "Queue Sales", [span(0, 41, "accent", waiting=True)], "0:41"),
        ("phone", "201 · Júlia Nagy", [span(9, 34, "yellow", waiting=True)], "No answer"),
        ("phone", "204 · Pieter de Vries", [span(34, 41, "accent", True), span(41, 190, "accent")], "2:29"),
        ("phone", "210 · أمل الخطيب", [span(178, 190, "accent", True), span(190, 372, "green")], "3:02"),
    ]
    end = begin + timedelta(seconds=372)
    rows = [{"icon": i, "label": name, "bars": place_spans(s, begin, end), "note": n} for i, name, s, n in legs]
    return {
        "statuses": statuses().values(),
        "tones": ("neutral", *TONES, "red", "dull"),
        "now": now,
        "talking_since": now - timedelta(seconds=83),
        "rows": rows,
        "scale": ("0:00", "1:33", "3:06", "4:39", "6:12"),
        "calls": _calls(now),
        "card_fields": ("Name", "Number", "Category", "Warning"),
    }


def _calls(now: Any) -> list[dict[str, Any]]:
    people = (
        ("Anna Kovács", "+3612345678", "ringing", "in", None, 4),
        ("Jan Willem Bakker", "+31201234567", "talking", "in", None, 12),
        ("محمد العلي", "+966112345678", "answered", "out", 184, 6),
        ("Ольга Смирнова", "+74951234567", "not_called_back", "in", None, 31),
        ("", "+12125551234", "called_back", "in", None, 22),
        ("Sophie Martin", "+33142685300", "called_back_late", "in", None, 18),
        ("Hans Gruber", "+4930901820", "caller_reached_us", "in", None, 47),
        ("", "", "unknown", "in", None, 3),
        ("Vízművek Zrt.", "+3614652400", "no_answer", "out", None, 28),
        ("Emma Jansen", "+31612345678", "answered", "in", 4021, 9),
    )
    return [
        {"name": name, "number": number, "status": status, "inbound": way == "in", "talk_s": talk, "wait_s": wait,
         "at": now - timedelta(minutes=7 * place + 3, seconds=place * 11)}
        for place, (name, number, status, way, talk, wait) in enumerate(people)
    ]  # fmt: skip
