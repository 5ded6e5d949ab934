"""Drawing of parts of pages that are needed often and at once, by Jinja: compiled, several times as fast as Django's.

What is written is the same, so a part looks alike wherever it is drawn: the tags of the kit are functions here, and
texts stand as `_("…")`, with what is filled in after them: `{{ _("Call of %(who)s")|filled(who=name) }}`.
"""

from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import localize
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import get_language, gettext
from jinja2 import ChainableUndefined, Environment, FileSystemLoader
from markupsafe import Markup

from callwright.kit.templatetags import kit

_NOBODY = UUID(int=0)


def drawing(folder: Path, **names: Any) -> Environment:
    """The templates of a folder, with the kit's functions and `names`. A missing value is written as nothing."""
    found = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    found.globals |= {
        "url": url,
        "icon": kit.icon,
        "status_pill": kit.status_pill,
        "running_clock": kit.running_clock,
        "duration": kit.duration,
        "local_time": kit.local_time,
        "phone": kit.phone,
        "avatar": kit.avatar,
        "badge": kit.badge,
        "comma": kit.comma,
        **names,
    }
    found.filters |= {"filled": _filled, "shortened": _shortened, "localized": localize, "nothing": _nothing}
    return found


def load_all(environment: Environment) -> None:
    """Compiles every template now, which otherwise those wait for who need it first."""
    for name in environment.list_templates():
        environment.get_template(name)


def draw(environment: Environment, template: str, **values: Any) -> SafeString:
    """What the template gives in the active language."""
    return SafeString(environment.get_template(template).render(values, _=_texts(get_language() or "")))


def url(name: str, **parts: Any) -> str:
    """Where a view is found. Kept for each name: of what it needs, at most one is the id of something."""
    ids = {key: value for key, value in parts.items() if isinstance(value, UUID)}
    if len(ids) != 1:
        return _address(name, tuple(parts.items()))
    ((key, id),) = ids.items()
    return _address(name, tuple({**parts, key: _NOBODY}.items())).replace(str(_NOBODY), str(id))


@lru_cache(maxsize=4096)
def _address(name: str, parts: tuple[tuple[str, Any], ...]) -> str:
    return reverse(name, kwargs=dict(parts))


@cache
def _texts(language: str) -> Callable[[str], Markup]:
    """Messages in the active language, which is `language`: our own words, which may hold tags."""
    return lru_cache(maxsize=4096)(lambda message: Markup(gettext(message)))  # noqa: S704


def _filled(text: Markup, **values: Any) -> Markup:
    return text % values


def _shortened(text: str, length: int) -> str:
    return Truncator(text).chars(length)


@lru_cache(maxsize=256)
def _nothing(title: Markup, icon: str, text: str = "") -> Markup:
    """What a list shows instead of rows."""
    return Markup(render_to_string("kit/state.html", kit.state("empty", title, text, icon=icon)))  # noqa: S704
