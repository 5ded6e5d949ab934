from django.urls import path

from callwright.floor.views import acts, floor, screen, told, wallboards

app_name = "floor"

urlpatterns = [
    path("", floor.floor, name="floor"),
    path("now/", floor.now, name="now"),
    path("agents/<int:agent_id>/", acts.agent, name="agent"),
    path("agents/<int:agent_id>/state/", acts.state, name="state"),
    path("agents/<int:agent_id>/release/", acts.release, name="release"),
    path("agents/<int:agent_id>/take-over/", acts.takes_over, name="take_over"),
    path("agents/<int:agent_id>/stop/", acts.stop, name="stop"),
    path("agents/<int:agent_id>/hear/<slug:mode>/", acts.listen, name="listen"),
    path("orders/<uuid:order_id>/", acts.outcome, name="outcome"),
    path("told/", told.told, name="told"),
    path("told/<int:told_id>/read/", told.read, name="read"),
    path("wallboards/", wallboards.wallboards, name="wallboards"),
    path("wallboards/new/", wallboards.wallboard, name="new_wallboard"),
    path("wallboards/<int:wallboard_id>/", wallboards.wallboard, name="wallboard"),
    path("wallboards/<int:wallboard_id>/screens/", wallboards.add_screen, name="add_screen"),
    path("wallboards/<int:wallboard_id>/remove/", wallboards.remove, name="remove_wallboard"),
    path("wallboards/<int:wallboard_id>/show/", screen.preview, name="preview"),
    path("wallboards/screens/<int:screen_id>/withdraw/", wallboards.withdraw, name="withdraw"),
    path("wallboards/screens/<int:screen_id>/answer/", wallboards.answer, name="answer"),
    path("screen/", screen.screen, name="screen"),
    path("screen/open/", screen.open_screen, name="open_screen"),
    path("screen/state/", screen.state, name="screen_state"),
]
