from django.urls import path

from callwright.reports.views import file, lists, overview, report, saved, schedules

app_name = "reports"

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("schedules/", schedules.schedules, name="schedules"),
    path("schedules/<int:schedule_id>/", schedules.change, name="schedule"),
    path("schedules/<int:schedule_id>/switch/", schedules.switch, name="switch_schedule"),
    path("schedules/<int:schedule_id>/delete/", schedules.delete, name="delete_schedule"),
    path("schedules/<int:schedule_id>/now/", schedules.send_now, name="send_now"),
    path("runs/<int:run_id>/file/", schedules.run_file, name="run_file"),
    path("saved/<int:saved_id>/", saved.open_saved, name="saved"),
    path("saved/<int:saved_id>/change/", saved.change, name="change_saved"),
    path("saved/<int:saved_id>/delete/", saved.delete, name="delete_saved"),
    path("saved/<int:saved_id>/restore/", saved.restore, name="restore_saved"),
    path("saved/<int:saved_id>/schedule/", saved.new, name="new_schedule"),
    path("lists/<slug:code>/save/", lists.save_form, name="save_list"),
    path("lists/<slug:code>/file-form/", lists.file_form, name="list_file_form"),
    path("lists/<slug:code>/file/", lists.list_file, name="list_file"),
    path("<slug:code>/", report.report, name="report"),
    path("<slug:code>/save/", saved.save_form, name="save_form"),
    path("<slug:code>/file-form/", file.file_form, name="file_form"),
    path("<slug:code>/file/", file.report_file, name="file"),
]
