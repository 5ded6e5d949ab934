"""What a request asks of a report."""

from typing import Any, cast

from django.http import Http404, HttpRequest, QueryDict

from callwright.reports.asked import Asked, Problem, parse_asked
from callwright.reports.report import Report, report_of


def staff_user(request: HttpRequest) -> Any:
    """The user behind `requires`: one of ours, whatever Django's types say."""
    return cast(Any, request.user)


def given(query: QueryDict) -> dict[str, list[str]]:
    return {name: [str(one) for one in values] for name, values in query.lists()}


def wanted_report(request: HttpRequest, code: str) -> Report:
    """The report of an address, for one who may see it. Raises Http404."""
    report = report_of(code)
    if report is None or not staff_user(request).may(report.right):
        raise Http404
    return report


def asked(request: HttpRequest, report: Report) -> tuple[Asked, tuple[Problem, ...]]:
    return parse_asked(given(request.GET), report.shape)
