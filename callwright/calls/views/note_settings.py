"""How notes of an account are sent, and who gets copies for coaching (ACC-6)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from callwright.accounts.queries.accounts import is_house, may_set_for_all, note_recipients, visible_accounts
from callwright.accounts.queries.choosing import account_chooser
from callwright.calls.forms_notes import NoteCopyForm, NoteSettingsForm
from callwright.calls.models import NoteCopy
from callwright.calls.operations.note_copies import CopyRefused, remove_copy, save_copy
from callwright.calls.operations.note_settings import save_note_settings
from callwright.calls.queries.note_copies import list_copies, visible_copies
from callwright.calls.queries.note_sendings import how_sent
from callwright.calls.queries.screen import choices_for
from callwright.calls.views.asked import staff_user
from callwright.calls.views.note_wording import copy_refusal
from callwright.kit.access import no_right, requires
from callwright.kit.identity import id_in


@requires("set_up_notes")
def note_settings(request: HttpRequest, account_id: int) -> HttpResponse:
    """How the notes of one account are sent; a POST saves it."""
    account = visible_accounts(staff_user(request)).filter(pk=account_id).first()
    if account is None:
        raise Http404
    known = how_sent(account_id)
    form = NoteSettingsForm(
        request.POST or None, initial={"by_itself": known.by_itself, "names_agent": known.names_agent}
    )
    if request.method == "POST":
        save_note_settings(
            account_id=account_id, by_itself="by_itself" in request.POST, names_agent="names_agent" in request.POST,
            by=request.user.pk or 0, now=timezone.now(),
        )  # fmt: skip
        messages.success(request, _("It is saved how the notes are sent."))
        return redirect("calls:note_settings", account_id)
    recipients = note_recipients(account_id)
    page = {
        "account": account, "form": form, "recipients": recipients, "house": is_house(),
        "without_email": [one for one in recipients if not one.email],
    }  # fmt: skip
    return render(request, "calls/note_settings.html", page)


@requires("set_up_notes")
def note_copies(request: HttpRequest, copy_id: int | None = None) -> HttpResponse:
    """The addresses that get copies; a POST saves one of them, or a new one without `copy_id`."""
    user, known = staff_user(request), _copy(request, copy_id)
    if known is not None and not _may_set(request, known.account_id):
        return no_right(request)
    account_id = known.account_id if known is not None else id_in(request.POST.get("account"))
    form = _form(request, known)
    if request.method == "POST":
        if not _may_set(request, account_id):
            form.add_error(None, _("Choose the account: only who sees all accounts sets an address for all of them."))
        elif form.is_valid() and _saved(request, form, copy_id, account_id):
            messages.success(request, _("%(address)s gets copies.") % {"address": form.cleaned_data["email"]})
            return redirect("calls:note_copies")
    page = {
        "copies": list_copies(user), "form": form, "open_id": copy_id, "is_asked": request.method == "POST",
        "chooser": account_chooser(user, account_id), "for_all": may_set_for_all(user, "set_up_notes"),
        "house": is_house(),
    }  # fmt: skip
    return render(request, "calls/note_copies.html", page)


def _copy(request: HttpRequest, copy_id: int | None) -> NoteCopy | None:
    if copy_id is None:
        return None
    known = visible_copies(staff_user(request)).filter(pk=copy_id).first()
    if known is None:
        raise Http404
    return known


def _form(request: HttpRequest, known: NoteCopy | None) -> NoteCopyForm:
    agents = choices_for(staff_user(request)).employees
    initial: dict[str, Any] = {"language": staff_user(request).language or "en"}
    if known is not None:
        chosen = [str(id) for id in known.agents.values_list("pk", flat=True)]
        initial = {
            "email": known.email, "language": known.language, "agents": chosen,
            "whose": "all" if known.all_agents else "chosen",
        }  # fmt: skip
        names = dict(agents)
        agents += [(one.pk, one.name) for one in known.agents.all() if one.pk not in names]
    return NoteCopyForm(request.POST or None, agents=agents, initial=initial)


def _may_set(request: HttpRequest, account_id: int | None) -> bool:
    user = staff_user(request)
    if account_id is None:
        return may_set_for_all(user, "set_up_notes")
    return visible_accounts(user).filter(pk=account_id).exists()


def _saved(request: HttpRequest, form: NoteCopyForm, copy_id: int | None, account_id: int | None) -> bool:
    values = form.cleaned_data
    try:
        save_copy(
            copy_id=copy_id, account_id=account_id, email=values["email"], language=values["language"],
            all_agents=values["whose"] == "all", agent_ids=[int(id) for id in values["agents"]],
            by=request.user.pk or 0, now=timezone.now(),
        )  # fmt: skip
    except CopyRefused as refused:
        form.add_error(refused.field, copy_refusal(refused.reason))
        return False
    except NoteCopy.DoesNotExist as missing:
        raise Http404 from missing
    return True


@requires("set_up_notes")
@require_POST
def remove_note_copy(request: HttpRequest, copy_id: int) -> HttpResponse:
    """The address gets no more copies."""
    known = _copy(request, copy_id)
    if known is not None and not _may_set(request, known.account_id):
        return no_right(request)
    remove_copy(copy_id=copy_id, by=request.user.pk or 0, now=timezone.now())
    messages.success(request, _("The address gets no more copies."))
    return redirect("calls:note_copies")
