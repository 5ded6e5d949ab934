"""What users change of themselves: name, language, time zone, theme, password."""

from typing import cast

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from callwright.kit.access import requires_login
from callwright.staff.forms import PasswordForm, ProfileForm
from callwright.staff.models import User
from callwright.staff.operations.save_user import change_own_password
from callwright.staff.queries.seats import seat_of


@requires_login
def profile(request: HttpRequest) -> HttpResponse:
    user = User.objects.get(pk=cast(int, request.user.pk))
    form = ProfileForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        form.save()
        with override(user.language or None):
            messages.success(request, _("Your profile is saved."))
        response = redirect("staff:profile")
        response.delete_cookie("theme")  # this browser's own choice gives way to the one just made
        return response
    return render(request, "staff/profile.html", {"form": form, "seat": seat_of(user.pk)})


@requires_login
@never_cache
@sensitive_post_parameters()
def password(request: HttpRequest) -> HttpResponse:
    user = User.objects.get(pk=cast(int, request.user.pk))
    form = PasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        change_own_password(user=user, password=form.cleaned_data["new"])
        update_session_auth_hash(request, user)
        messages.success(request, _("Your password is changed. You are logged out everywhere else."))
        return redirect("staff:profile")
    return render(request, "staff/password.html", {"form": form, "is_temporary": user.password_is_temporary})
