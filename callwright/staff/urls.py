from django.urls import path

from callwright.staff.views import audit, login, profile, seats, setup, users

app_name = "staff"
urlpatterns = [
    path("login/", login.log_in, name="login"),
    path("logout/", login.log_out, name="logout"),
    path("language/", login.choose_language, name="language"),
    path("me/", profile.profile, name="profile"),
    path("me/password/", profile.password, name="password"),
    path("extensions/", seats.seats, name="seats"),
    path("extensions/release/", seats.release, name="release_extension"),
    path("extensions/<int:pk>/take/", seats.take, name="take_extension"),
    path("extensions/<int:pk>/move/", seats.move, name="move"),
    path("audit/", audit.audit, name="audit"),
    path("audit/about/", audit.audit_about, name="audit_about"),
    path("admin/extensions/", setup.setup_extensions, name="setup_extensions"),
    path("admin/extensions/<int:pk>/remove/", setup.remove, name="remove_extension"),
    path("admin/pause-reasons/", setup.reasons, name="reasons"),
    path("admin/pause-reasons/<int:pk>/", setup.reason, name="reason"),
    path("admin/users/", users.users, name="users"),
    path("admin/users/new/", users.user, name="new_user"),
    path("admin/users/<int:pk>/", users.user, name="user"),
    path("admin/users/<int:pk>/password/", users.new_password, name="new_password"),
    path("admin/users/<int:pk>/active/", users.active, name="active"),
    path("admin/users/<int:pk>/unlock/", users.unlock, name="unlock"),
]
