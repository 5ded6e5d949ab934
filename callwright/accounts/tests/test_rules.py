import pytest
from hypothesis import given
from hypothesis import strategies as st

from callwright.accounts.rules import SCREEN_POP_PLACEHOLDERS, ScreenPopRefused, check_screen_pop, fill_screen_pop


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("javascript:alert({number})", "scheme"),
        ("data:text/html,{name}", "scheme"),
        ("//crm.example.org/{number}", "scheme"),
        ("https://{name}.example.org/", "host_placeholder"),
        ("https://user@evil.example/", "host"),
        ("https:///x", "host"),
        ("https://[::1/", "host"),
        ("https://a.example:99999/", "host"),
        ("https://a.example\\@evil.example/", "host"),
        ("https://a.example/ x", "spaces"),
        ("https://a.example/\x00", "spaces"),
        ("https://a.example/{", "braces"),
        ("https://a.example/{number!r}", "braces"),
        ("https://a.example/{number:>99999999}", "braces"),
        ("https://a.example/{0}", "placeholder"),
        ("https://a.example/{number.__class__}", "placeholder"),
        ("https://a.example/{password}", "placeholder"),
        ("https://a.example/{}", "placeholder"),
    ],
)
def test_dangerous_or_useless_addresses_are_refused(template: str, reason: str) -> None:
    """DESK-12."""
    with pytest.raises(ScreenPopRefused) as refused:
        check_screen_pop(template)
    assert refused.value.reason == reason


def test_an_address_is_filled_in() -> None:
    template = "https://crm.example.org:8443/find?phone={number}&who={name}&x={direction}#{{a}}"
    check_screen_pop(template)
    filled = fill_screen_pop(template, {"number": "+31201234567", "name": "O'Brien & <Søn>"})
    assert (
        filled == "https://crm.example.org:8443/find?phone=%2B31201234567&who=O%27Brien%20%26%20%3CS%C3%B8n%3E&x=#{a}"
    )


@given(
    st.dictionaries(st.sampled_from(sorted(SCREEN_POP_PLACEHOLDERS)), st.text(st.characters(exclude_categories=["Cs"])))
)
def test_no_value_changes_the_shape_of_the_address(values: dict[str, str]) -> None:
    filled = fill_screen_pop("https://a.example/p?n={number}&w={name}", values)
    assert filled.startswith("https://a.example/p?n=") and filled.count("&") == 1 and filled.isascii()
    assert not set(filled) & set(" <>\"'\n\x00#\\")
