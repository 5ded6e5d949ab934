"""Short messages after an action, with an undo where the action has one."""

import json

from django.http import HttpResponse


def add_toast(
    response: HttpResponse, text: str, *, undo_url: str = "", undo_method: str = "post", failed: bool = False
) -> None:
    """Shows `text` on the page that receives `response` (an htmx request); `undo_url` adds a button that undoes it."""
    toast = {"text": str(text), "undoUrl": undo_url, "undoMethod": undo_method, "tone": "red" if failed else "green"}
    triggers = json.loads(response.headers.get("HX-Trigger", "{}"))
    triggers["toast"] = toast
    response.headers["HX-Trigger"] = json.dumps(triggers)
