from django.urls import path

from callwright.accounts.views import accounts, forwarding, hours, knowledge, lines, people

app_name = "accounts"

urlpatterns = [
    path("", accounts.account_list, name="list"),
    path("find/", accounts.find, name="find"),
    path("new/", accounts.new_account, name="new"),
    path("organisation/", accounts.organisation_page, name="organisation"),
    path("<int:account_id>/", accounts.account, name="account"),
    path("<int:account_id>/hours/", hours.hours, name="hours"),
    path("<int:account_id>/closed-days/", hours.closed_day, name="closed_day"),
    path("<int:account_id>/lines/", lines.lines, name="lines"),
    path("<int:account_id>/lines/<int:line_id>/", lines.line, name="line"),
    path("<int:account_id>/recipients/", lines.recipients, name="recipients"),
    path("<int:account_id>/recipients/<int:recipient_id>/", lines.recipient, name="recipient"),
    path("<int:account_id>/people/", people.people, name="people"),
    path("<int:account_id>/people/new/", people.new_person, name="new_person"),
    path("<int:account_id>/people/order/", people.order, name="order_people"),
    path("<int:account_id>/people/<int:person_id>/", people.person, name="person"),
    path("<int:account_id>/people/<int:person_id>/absences/", people.absence, name="absence"),
    path("<int:account_id>/forwarding/new/", forwarding.new_rule, name="new_rule"),
    path("<int:account_id>/forwarding/order/", forwarding.order, name="order_rules"),
    path("<int:account_id>/forwarding/<int:rule_id>/", forwarding.rule, name="rule"),
    path("<int:account_id>/knowledge/", knowledge.entries, name="knowledge"),
    path("<int:account_id>/knowledge/new/", knowledge.new_entry, name="new_entry"),
    path("<int:account_id>/knowledge/order/", knowledge.order, name="order_entries"),
    path("<int:account_id>/knowledge/preview/", knowledge.preview, name="entry_preview"),
    path("<int:account_id>/knowledge/<int:entry_id>/", knowledge.entry, name="entry"),
    path("<int:account_id>/knowledge/<int:entry_id>/retired/", knowledge.retire, name="retire_entry"),
]
