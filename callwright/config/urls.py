from django.urls import URLPattern, URLResolver, include, path

handler403 = "callwright.kit.access.no_right"
handler404 = "callwright.kit.access.not_found"
handler500 = "callwright.kit.broken.broken"

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/pbx/", include("callwright.telephony.webhook.urls")),
    path("admin/pbx/", include("callwright.telephony.urls")),
    path("accounts/", include("callwright.accounts.urls")),
    path("calls/", include("callwright.calls.urls")),
    path("contacts/", include("callwright.contacts.urls")),
    path("floor/", include("callwright.floor.urls")),
    path("imports/", include("callwright.imports.urls")),
    path("messages/", include("callwright.messaging.urls")),
    path("recordings/", include("callwright.recordings.urls")),
    path("reports/", include("callwright.reports.urls")),
    path("registration/", include("callwright.registration.urls")),
    path("kit/", include("callwright.kit.urls")),
    path("", include("callwright.desk.urls")),
    path("", include("callwright.staff.urls")),
]
