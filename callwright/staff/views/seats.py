"""Hot desking: the employee's own extension, and for supervisors who sits where."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from callwright.kit.access import requires
from callwright.staff.operations.leave import leave
from callwright.staff.operations.take_extension import ExtensionTaken, NoSuchExtension, take_extension
from callwright.staff.queries.seats import extensions, extensions_for, movable_employees
from callwright.staff.queries.sharing import known_names
from callwright.staff.views.login import safe_back


@requires("use_desk")
def seats(request: HttpRequest) -> HttpResponse:
    may_move = request.user.may("move_employees")  # type: ignore[union-attr]
    people = movable_employees(request.user) if may_move else []
    rows = extensions_for(request.user)
    page = {"rows": rows, "mine": next((row for row in rows if row.employee_id == request.user.pk), None),
            "may_move": may_move, "people": people}  # fmt: skip
    return render(request, "staff/seats.html", page)


@requires("use_desk")
@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Sit at an extension; htmx or not, the answer leads back to where it was asked."""
    try:
        taken = take_extension(user_id=request.user.pk, extension_id=pk, now=timezone.now())  # type: ignore[arg-type]
        messages.success(request, _("You now sit at extension %(number)s.") % {"number": taken.number})
    except ExtensionTaken as refusal:
        messages.error(request, _taken(request, refusal))
    except NoSuchExtension:
        messages.error(request, _("This extension does not exist any more."))
    return redirect(safe_back(request) if request.POST.get("next") else "staff:seats")


def _taken(request: HttpRequest, refusal: ExtensionTaken) -> str:
    name = known_names(request.user, [refusal.employee_id]).get(refusal.employee_id, "")
    if name:
        text = _("%(name)s sits at extension %(number)s. Ask them to leave it, or a supervisor to move you.")
    else:
        text = _("Somebody sits at extension %(number)s. Choose another one, or ask a supervisor to move you.")
    return text % {"name": name, "number": refusal.extension}


@requires("use_desk")
@require_POST
def release(request: HttpRequest) -> HttpResponse:
    leave(user_id=request.user.pk, now=timezone.now())  # type: ignore[arg-type]
    messages.success(request, _("Your extension is free for others. You take no calls now."))
    return redirect(safe_back(request) if request.POST.get("next") else "staff:seats")


@requires("move_employees")
@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """A supervisor seats an employee at an extension; with no employee the extension becomes free."""
    now, wanted = timezone.now(), request.POST.get("employee", "")
    row = next((row for row in extensions() if row.id == pk), None)
    people = movable_employees(request.user)
    if row is None or (row.employee_id is not None and not people.filter(pk=row.employee_id).exists()):
        return redirect("staff:seats")
    if not wanted and row.employee_id is not None:
        leave(user_id=row.employee_id, now=now)
        messages.success(request, _("Extension %(number)s is free.") % {"number": row.number})
    elif wanted.isdecimal():
        employee = get_object_or_404(people, pk=int(wanted))
        take_extension(user_id=employee.pk, extension_id=pk, now=now, moved_by_supervisor=True)
        text = _("%(name)s now sits at extension %(number)s.")
        messages.success(request, text % {"name": employee.name, "number": row.number})
    return redirect("staff:seats")
