"""Template tags of the register: `{% load register %}`."""

from django import template

from callwright.calls.views import cells

register = template.Library()
register.simple_tag(cells.marker_sign)
