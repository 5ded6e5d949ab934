"""WCAG 2.2 AA: every pair of colours that stands on another, in both themes; and the statuses for colour-blind eyes."""

import re
from pathlib import Path

import pytest

from callwright.kit import statuses as status_list

CSS = Path(__file__).parent.parent / "static" / "kit" / "css"
TOKENS = {
    name: (light, dark)
    for name, light, dark in re.findall(
        r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", (CSS / "tokens.css").read_text()
    )
}
TONES = sorted(name.removesuffix("-bg") for name in TOKENS if name.endswith("-bg"))
GROUNDS = ("canvas", "surface", "sunken", "raised", "hover")

TEXT = [(text, ground) for text in ("text", "text-soft") for ground in GROUNDS]
TEXT += [("text-faint", ground) for ground in ("canvas", "surface", "sunken", "raised")]
TEXT += [("accent", ground) for ground in ("canvas", "surface", "raised")]
TEXT += [("danger", ground) for ground in ("canvas", "surface", "raised")]
TEXT += [("on-accent", "accent"), ("on-accent", "accent-strong"), ("on-danger", "danger")]
TEXT += [("text", "accent-bg"), ("text-soft", "surface"), ("surface", "text")]
TEXT += [(f"{tone}-fg", f"{tone}-bg") for tone in TONES]
TEXT += [("on-inverse", "inverse"), ("inverse-green", "inverse"), ("inverse-red", "inverse")]
SHAPES = [(line, ground) for line in ("edge", "focus", "danger") for ground in ("canvas", "surface", "raised")]
SHAPES += [("accent", "sunken"), *((f"{tone}-fg", "sunken") for tone in TONES)]


def channels(colour: str) -> list[float]:
    values = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values]


def luminance(colour: str) -> float:
    red, green, blue = channels(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_is_readable(text: str, ground: str, theme: int) -> None:
    ratio = contrast(TOKENS[text][theme], TOKENS[ground][theme])
    assert ratio >= 4.5, f"{text} on {ground}: {ratio:.2f}"


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_edges_focus_and_bars_are_visible(shape: str, ground: str, theme: int) -> None:
    ratio = contrast(TOKENS[shape][theme], TOKENS[ground][theme])
    assert ratio >= 3, f"{shape} on {ground}: {ratio:.2f}"


def test_every_colour_is_a_token() -> None:
    strays = {
        sheet.name: found
        for sheet in CSS.glob("*.css")
        if sheet.name != "tokens.css"
        and (found := re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", sheet.read_text()))
    }
    assert strays == {}


def test_layout_is_written_in_logical_properties() -> None:
    sides = r"(?:margin|padding|border)-(?:left|right|top|bottom)\b"
    physical = rf"[{{;\s]{sides}|[{{;]\s*(?:left|right)\s*:|text-align:\s*(?:left|right)"
    assert {s.name: f for s in CSS.glob("*.css") if (f := re.findall(physical, s.read_text()))} == {}


# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
BLINDNESS = {
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def seen(colour: str, matrix: tuple[tuple[float, ...], ...]) -> str:
    linear = channels(colour)
    out = [min(max(sum(f * c for f, c in zip(row, linear, strict=True)), 0), 1) for row in matrix]
    encoded = [12.92 * v if v <= 0.0031308 else 1.055 * v ** (1 / 2.4) - 0.055 for v in out]
    return "#" + "".join(f"{round(v * 255):02x}" for v in encoded)


@pytest.mark.parametrize("blindness", BLINDNESS)
@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("tone", TONES)
def test_words_on_tones_are_readable_to_colour_blind_eyes(tone: str, theme: int, blindness: str) -> None:
    text, ground = (seen(TOKENS[f"{tone}-{part}"][theme], BLINDNESS[blindness]) for part in ("fg", "bg"))
    assert contrast(text, ground) >= 4.5


def test_no_two_statuses_of_one_thing_share_icon_and_colour_unless_they_mean_the_same() -> None:
    """A mail and a note on a call are sent in the same steps and show them alike; they never stand in one column."""
    shown: dict[tuple[str, str, str], list[str]] = {}
    for status in status_list.statuses().values():
        thing = next((kind for kind in ("mail", "note") if status.code.startswith(f"{kind}_")), "")
        shown.setdefault((thing, status.icon, status.tone), []).append(status.code)
    assert [codes for codes in shown.values() if len(codes) > 1] == [["missed", "not_called_back"]]
