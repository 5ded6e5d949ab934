"""Totals of missed and of too long calls as files, for those who may take calls along."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import get_language

from callwright.calls.export_shape import FORMATS, Shape, usual_delimiter
from callwright.calls.operations.totals_file import TotalsColumn, totals_file
from callwright.calls.views.asked import staff_user
from callwright.kit.clock import viewer_zone
from callwright.kit.proxies import client_address
from callwright.staff.operations.record_audit import record_audit

_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def sent_totals(
    request: HttpRequest, code: str, columns: Sequence[TotalsColumn], *, title: str, account: int | None
) -> HttpResponse:
    """The totals `code` as a download, of the format in the address; that it was fetched is written down."""
    form, language, now = request.GET.get("format", ""), get_language() or "en", timezone.now()
    form = form if form in FORMATS else "csv"
    shape = Shape(format=form, delimiter=usual_delimiter(language), zone=viewer_zone(), language=language)
    content = totals_file(columns, shape, title=title)
    record_audit(
        action="totals_fetched", subject=f"totals:{code}", by=staff_user(request).pk, account_id=account,
        detail={"format": form, "rows": len(columns[0].cells)}, address=client_address(request), now=now,
    )  # fmt: skip
    response = HttpResponse(content, content_type=_TYPES[form])
    name = f"{slugify(title, allow_unicode=True)}-{timezone.localdate(now)}.{form}"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
