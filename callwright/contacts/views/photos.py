"""A contact's photo, to those who may see the contact."""

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from callwright.contacts.operations.photo import LARGEST_BYTES, PhotoRefused, delete_photo, set_photo, small_name
from callwright.contacts.queries.contacts import visible_contacts
from callwright.contacts.views.asked import staff_user
from callwright.contacts.views.numbers import key_of
from callwright.contacts.views.wording import worded
from callwright.kit.access import requires

_TYPES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp", "gif": "image/gif"}
_DAY_S = 86_400


@requires("see_contacts")
@require_GET
def photo(request: HttpRequest, contact_id: int, *, small: bool = False) -> HttpResponse:
    """The picture as it was uploaded, or the small one. It can run nothing, whatever its bytes say."""
    name = visible_contacts(staff_user(request)).filter(pk=contact_id).values_list("photo", flat=True).first()
    if not name:
        raise Http404
    wanted = small_name(name) if small else name
    try:
        with default_storage.open(wanted) as file:
            content = file.read()
    except FileNotFoundError as error:
        raise Http404 from error
    extension = wanted.rpartition(".")[2]
    response = HttpResponse(content, content_type=_TYPES.get(extension, "application/octet-stream"))
    response.headers["Content-Disposition"] = f'inline; filename="photo-{contact_id}.{extension}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = f"private, max-age={_DAY_S}"  # the address changes with the picture
    return response


@requires("edit_contacts")
@require_POST
def upload(request: HttpRequest, contact_id: int) -> HttpResponse:
    key, sent = key_of(request, contact_id), request.FILES.get("photo")
    if sent is None:
        messages.error(request, _("Choose a picture first."))
        return redirect("contacts:contact", contact_id)
    try:
        if (sent.size or 0) > LARGEST_BYTES:
            raise PhotoRefused("too_large")
        set_photo(**key, content=sent.read())
        messages.success(request, _("The photo is kept as you uploaded it."))
    except PhotoRefused as refused:
        messages.error(request, worded(refused))
    return redirect("contacts:contact", contact_id)


@requires("edit_contacts")
@require_POST
def delete(request: HttpRequest, contact_id: int) -> HttpResponse:
    delete_photo(**key_of(request, contact_id))
    messages.success(request, _("The photo is erased."))
    return redirect("contacts:contact", contact_id)
