from django.urls import path

from callwright.telephony.views import pbxs

app_name = "telephony"
urlpatterns = [
    path("", pbxs.pbxs, name="pbxs"),
    path("new/asterisk/", pbxs.pbx, {"kind": "asterisk"}, name="new_asterisk"),
    path("new/http/", pbxs.pbx, {"kind": "webhook"}, name="new_http"),
    path("<int:pk>/", pbxs.pbx, name="pbx"),
    path("<int:pk>/test/", pbxs.test_connection, name="test_connection"),
    path("<int:pk>/token/", pbxs.token, name="token"),
    path("queues/<int:pk>/", pbxs.queue, name="queue"),
]
