"""A request behind `requires`: its user is one of ours."""

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from callwright.staff.models import User


class StaffRequest(HttpRequest):
    user: "User"
