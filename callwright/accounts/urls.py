from django.urls import path

from callwright.accounts.views import accounts, hours

app_name = "accounts"

urlpatterns = [
    path("", accounts.account_list, name="list"),
    path("find/", accounts.find, name="find"),
    path("new/", accounts.new_account, name="new"),
    path("organisation/", accounts.organisation_page, name="organisation"),
    path("<int:account_id>/", accounts.account, name="account"),
    path("<int:account_id>/hours/", hours.hours, name="hours"),
    path("<int:account_id>/closed-days/", hours.closed_day, name="closed_day"),
    path("<int:account_id>/lines/", accounts.add_line_view, name="add_line"),
    path("<int:account_id>/lines/<int:line_id>/", accounts.line, name="line"),
    path("<int:account_id>/recipients/", accounts.recipient, name="add_recipient"),
    path("<int:account_id>/recipients/<int:recipient_id>/", accounts.recipient, name="recipient"),
]
