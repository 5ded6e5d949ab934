import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from callwright.kit.avatars import initials_of, tone_of
from callwright.kit.statuses import status, statuses
from callwright.kit.timeline import Span, place_spans

KIT = Path(__file__).parent.parent
SPRITE = KIT / "static" / "vendor" / "tabler-icons" / "icons.svg"
MORNING = datetime(2026, 11, 21, 8, 5, 9, tzinfo=UTC)


def drawn(source: str, **context: object) -> str:
    return Template("{% load kit %}" + source).render(Context(context))


def symbols() -> set[str]:
    return {element.attrib["id"] for element in ElementTree.parse(SPRITE).getroot()}


def test_every_status_has_its_icon_in_the_sprite_and_its_colours_in_the_tokens() -> None:
    tokens = (KIT / "static" / "kit" / "css" / "tokens.css").read_text()
    for each in statuses().values():
        assert each.icon in symbols()
        assert f"--{each.tone}-bg:" in tokens and f"--{each.tone}-fg:" in tokens
        assert str(each.label)


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    used = {
        name
        for template in KIT.parent.glob("*/templates/**/*.html")
        for name in re.findall(r'{% icon "([\w-]+)"', template.read_text())
    }
    assert used and used <= symbols()


def test_the_statuses_of_the_design_are_all_there() -> None:
    named = (
        "answered ringing talking missed not_called_back called_back called_back_late caller_reached_us "
        "no_answer busy failed abandoned voicemail unknown on_hold"
    )
    assert set(named.split()) <= set(statuses())


def test_a_code_that_nobody_declared_is_shown_as_unknown() -> None:
    assert status("struck by lightning").code == "unknown"


def test_a_pill_has_colour_icon_and_word() -> None:
    html = drawn('{% status_pill "not_called_back" %}')
    assert 'data-tone="red"' in html and "#phone-x" in html and "Not called back" in html


def test_a_pill_with_a_clock_counts_from_its_moment() -> None:
    html = drawn('{% status_pill "talking" since=since %}', since=timezone.now() - timedelta(seconds=83))
    assert "pill-solid" in html and "data-since=" in html and ">1:23<" in html


@pytest.mark.parametrize(
    ("language", "word"),
    [("nl", "Niet teruggebeld"), ("hu", "Nincs visszahívva"), ("ar", "لم تتم معاودة الاتصال")],
)
def test_pills_speak_the_viewers_language(language: str, word: str) -> None:
    with translation.override(language):
        assert word in drawn('{% status_pill "not_called_back" %}')


@pytest.mark.parametrize(("seconds", "shown"), [(0, "0:00"), (83, "1:23"), (3661, "1:01:01")])
def test_durations_stay_left_to_right(seconds: int, shown: str) -> None:
    assert drawn("{% duration s %}", s=seconds) == f'<bdi class="duration" dir="ltr">{shown}</bdi>'


def test_no_duration_is_a_dash() -> None:
    assert "–" in drawn("{% duration s %}", s=None)


def test_the_viewers_time_with_the_accounts_beside_it() -> None:
    with timezone.override("Europe/Budapest"):
        html = drawn('{% local_time at account_zone="America/New_York" %}', at=MORNING)
        assert "<bdi>09:05</bdi>" in html and "03:05" in html and "New York" in html
        assert "other-zone" not in drawn('{% local_time at account_zone="Europe/Paris" %}', at=MORNING)


def test_dates_follow_the_language() -> None:
    with timezone.override("UTC"):
        assert "21 Nov 2026" in drawn('{% local_time at form="date" %}', at=MORNING)
        with translation.override("hu"):
            assert "2026. nov. 21." in drawn('{% local_time at form="date" %}', at=MORNING)
            assert "2026. nov. 21. 8:05" in drawn('{% local_time at form="full" %}', at=MORNING)
        with translation.override("ar"):
            assert "21 نوفمبر 2026، 8:05 ص" in drawn('{% local_time at form="full" %}', at=MORNING)


def test_parts_of_a_line_are_parted_as_the_language_does() -> None:
    assert drawn("{% comma %}") == ", "
    with translation.override("ar"):
        assert drawn("{% comma %}") == "، "


def test_a_phone_number_reads_left_to_right_and_can_be_called() -> None:
    html = drawn('{% phone n country="NL" %}', n="+31201234567")
    assert '<bdi class="phone" dir="ltr">020 123 4567</bdi>' in html
    assert 'data-call="+31201234567"' in html and 'aria-label="Call 020 123 4567"' in html
    assert "data-call" not in drawn('{% phone n country="NL" call=False %}', n="+31201234567")
    assert "withheld" in drawn("{% phone n %}", n="")


def test_what_a_pbx_sends_is_escaped() -> None:
    evil = '"><script>alert(1)</script>'
    for source in (
        "{% phone e %}",
        "{% avatar e %}",
        "{% avatar e photo_url=e %}",
        "{% badge e e %}",
        "{% status_pill e label=e %}",
        "{% state e e e icon=e url=e %}",
    ):
        assert "<script" not in drawn(source, e=evil)


def test_numbers_follow_the_language() -> None:
    assert drawn("{{ n|number }}", n=12345.5) == "12,345.5"
    with translation.override("nl"):
        assert drawn("{{ n|number }}", n=12345.5) == "12.345,5"


def test_a_state_words_what_to_do_next() -> None:
    html = drawn('{% state "error" "Could not read" "Try again." retry="/again/" %}')
    assert 'role="alert"' in html and 'hx-get="/again/"' in html and "#alert-triangle" in html


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Anna Kovács", "AK"),
        ("Jan Willem de Boer", "JB"),
        ("Öszi", "Ö"),
        ("Ольга Смирнова", "ОС"),
        ("محمد العلي", "م"),
        ("+3612345678", ""),
        ("", ""),
    ],
)
def test_initials(name: str, initials: str) -> None:
    assert initials_of(name) == initials


def test_a_name_keeps_its_colour() -> None:
    assert tone_of("Anna Kovács") == tone_of("ANNA KOVÁCS")


def test_bars_are_placed_in_percent_and_stay_visible() -> None:
    end = MORNING + timedelta(seconds=100)
    at = [MORNING + timedelta(seconds=s) for s in (-5, 20, 50, 100.001)]
    bars = place_spans(
        [Span(at[0], at[1], "accent", True), Span(at[2], at[2], "red"), Span(at[2], at[3], "green")], MORNING, end
    )
    assert [(b.start, b.width) for b in bars] == [(0, 20), (50, 0.6), (50, 50)]
    assert place_spans([Span(MORNING, MORNING, "red")], MORNING, MORNING)[0].width == 100
