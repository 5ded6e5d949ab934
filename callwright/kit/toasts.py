"""Short messages after an action, with an undo where the action has one."""

import json

from django.http import HttpResponse


def add_toast(response: HttpResponse, text: str, *, undo_url: str = "", failed: bool = False) -> None:
    """Shows `text` on the page that receives `response` (htmx); `undo_url` adds a button that posts to it."""
    trigger(response, "toast", {"text": str(text), "undoUrl": undo_url, "tone": "red" if failed else "green"})


def trigger(response: HttpResponse, event: str, detail: dict[str, str] | None = None) -> HttpResponse:
    """Makes the page that receives `response` (htmx) dispatch an event; returns the response."""
    triggers = json.loads(response.headers.get("HX-Trigger", "{}"))
    triggers[event] = detail or {}
    response.headers["HX-Trigger"] = json.dumps(triggers)
    return response
