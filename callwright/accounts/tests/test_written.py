"""Entries as they are shown: lists and links of plain text, and never a tag that was typed (ACC-5)."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callwright.accounts.written import plain, written


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One\ntwo\n\nthree", "<p>One<br>two</p><p>three</p>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("1. a\n2) b", "<ol><li>a</li><li>b</li></ol>"),
        ("# Prices\nFrom **10**", '<p class="written-heading">Prices</p><p>From <strong>10</strong></p>'),
        ("2 < 3 & 4", "<p>2 &lt; 3 &amp; 4</p>"),
        ("", ""),
    ],
)
def test_paragraphs_lists_and_headings(text: str, html: str) -> None:
    assert written(text) == html


def test_addresses_and_numbers_can_be_pressed() -> None:
    shown = written(
        "See https://example.org/a?b=1&c=2, or [the map](https://maps.example.org/x). Mail a.b@example.org."
    )
    assert 'href="https://example.org/a?b=1&amp;c=2"' in shown and "</a>, or" in shown
    assert 'href="https://maps.example.org/x"' in shown and ">the map</a>" in shown
    assert 'href="mailto:a.b@example.org"' in shown and shown.count('rel="noopener noreferrer"') == 2
    assert 'data-call="+442079460123"' in written("Call +44 20 7946 0123 now")
    assert "data-call" not in written("Order +99 999 999 999 999")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "**<b onclick=x>**", "[x](javascript:alert(1))",
        '[x](https://a" onmouseover="alert(1))', "https://a.example/\"onclick='x'", "[<i>](https://a.example)",
        "a<b>@example.org", "- <svg/onload=x>", "# <h1>", "data:text/html,<script>", "[x](https://e.example/<script>)",
    ],
)  # fmt: skip
def test_what_was_typed_never_becomes_a_tag(text: str) -> None:
    _only_own_tags(written(text))


@given(st.text(alphabet="<>\"'&ab*[]()#-1. \n:/@+https", max_size=120))
def test_of_any_text_only_our_own_tags_are_made(text: str) -> None:
    _only_own_tags(written(text))


_OWN = re.compile(
    r'</?(?:p|ul|ol|li|strong|br|bdi|a)>|<p class="written-heading">|<bdi (?:class="phone" )?dir="ltr">'
    r'|<a href="https?://[^\s"<>]+" target="_blank" rel="noopener noreferrer">|<a href="mailto:[\w.+-]+@[\w.-]+">'
)


def _only_own_tags(html: str) -> None:
    left = _OWN.sub("", html)
    assert "<" not in left and ">" not in left, html


def test_a_hostile_length_takes_no_time() -> None:
    begun = time.process_time()
    for piece in ("a", "*", "[", "[a](", "https://", "+1 ", "a@", "- \n", "**a"):
        written(piece * (10_000 // len(piece)))
        plain(piece * (10_000 // len(piece)))
    assert time.process_time() - begun < 5


def test_the_words_alone() -> None:
    assert plain("# Prices\n\nFrom **10** at [the shop](https://example.org/x)") == "Prices From 10 at the shop"
