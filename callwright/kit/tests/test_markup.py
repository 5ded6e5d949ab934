"""What is put together here is what Django would put together."""

from typing import Any

import pytest
from django.utils import html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy

from callwright.kit.markup import escape, format_html
from callwright.kit.statuses import status


class Widget:
    def __html__(self) -> str:
        return "<i>own</i>"


PARTS: list[Any] = [
    "plain", "", "a < b & 'c' \"d\" > e", "&amp;", SafeString("<b>x</b>"), mark_safe("<script>"), 5, -1, 2.5, None,
    True, gettext_lazy("Calls"), gettext_lazy("<b>"), status("missed").label, Widget(), b"<x>", ("<", 1),
]  # fmt: skip


@pytest.mark.parametrize("part", PARTS, ids=range(len(PARTS)))
def test_a_part_is_escaped_as_django_does_it(part: Any) -> None:
    template = '<span title="{0}">{0}</span> {{}}'
    ours = format_html(template, part)
    assert ours == html.format_html(template, part)
    assert isinstance(ours, SafeString)
    assert str(escape(part)) == html.conditional_escape(part)
