"""The administration of PBXs: their links, settings, tokens and queues."""

from asgiref.sync import async_to_sync
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from callwright.kit.access import requires
from callwright.telephony.forms import AsteriskForm, HttpPbxForm, QueueForm
from callwright.telephony.models import Pbx, Queue
from callwright.telephony.operations.save_pbx import make_token, save_pbx
from callwright.telephony.operations.try_connection import try_connection
from callwright.telephony.problems import problem_in_words
from callwright.telephony.queries.administration import pbx_rows, queue_rows


@requires("administer_pbx")
def pbxs(request: HttpRequest) -> HttpResponse:
    template = "telephony/pbx_list.html" if request.headers.get("HX-Request") else "telephony/pbxs.html"
    return render(request, template, {"rows": pbx_rows(), "queues": queue_rows()})


@requires("administer_pbx")
@never_cache
@sensitive_post_parameters("secret", "record_dsn")
def pbx(request: HttpRequest, pk: int | None = None, kind: str = "") -> HttpResponse:
    known = get_object_or_404(Pbx, pk=pk) if pk else Pbx(kind=kind)
    form_class = AsteriskForm if known.kind == Pbx.Kind.ASTERISK else HttpPbxForm
    form = form_class(request.POST or None, instance=known)
    if request.method == "POST" and form.is_valid():
        saved = save_pbx(pbx=form.save(), now=timezone.now())
        messages.success(request, _("%(name)s is saved. The link follows in a few seconds.") % {"name": saved.name})
        return redirect("telephony:pbx", pk=saved.pk) if pk is None else redirect("telephony:pbxs")
    shown = pbx_rows([pk])[0] if pk else None
    return render(request, "telephony/pbx.html", {"form": form, "shown": shown, "slug": known.slug, "kind": known.kind})


@requires("administer_pbx")
@require_POST
def test_connection(request: HttpRequest, pk: int) -> HttpResponse:
    known = get_object_or_404(Pbx, pk=pk, kind=Pbx.Kind.ASTERISK)
    tried = async_to_sync(try_connection)(known)
    page = {"tried": tried, "problem": problem_in_words(tried.problem), "shown": known}
    part = request.headers.get("HX-Request")
    return render(request, "telephony/tried.html" if part else "telephony/tried_page.html", page)


@requires("administer_pbx")
@require_POST
@never_cache
def token(request: HttpRequest, pk: int) -> HttpResponse:
    known = get_object_or_404(Pbx, pk=pk, kind=Pbx.Kind.WEBHOOK)
    page = {"shown": known, "token": make_token(pbx_id=known.pk, now=timezone.now()),
            "address": request.build_absolute_uri(f"/api/pbx/{known.slug}/events")}  # fmt: skip
    return render(request, "telephony/token.html", page)


@requires("administer_pbx")
def queue(request: HttpRequest, pk: int) -> HttpResponse:
    known = get_object_or_404(Queue.objects.select_related("pbx"), pk=pk)
    form = QueueForm(request.POST or None, instance=known)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("The queue %(name)s is saved.") % {"name": known})
        return redirect("telephony:pbxs")
    return render(request, "telephony/queue.html", {"form": form, "shown": known})
