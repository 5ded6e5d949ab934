"""Addresses of the lists of registrations and of data quality; part of `urls`."""

from django.urls import path

from callwright.registration.views import call_part, lists, quality, quality_agents, quality_rules

urlpatterns = [
    path("", lists.registrations, name="list"),
    path("missing/", lists.missing, name="missing"),
    path("calls/<uuid:call_id>/", call_part.part, name="call_part"),
    path("calls/<uuid:call_id>/correct/<int:agent_id>/", call_part.correct, name="correct"),
    path("quality/", quality.findings, name="findings"),
    path("quality/evaluate/", quality.evaluate, name="evaluate"),
    path("quality/progress/", quality.progress, name="quality_progress"),
    path("quality/findings/<int:finding_id>/dismiss/", quality.dismiss_finding, name="dismiss"),
    path("quality/findings/<int:finding_id>/open/", quality.open_finding_again, name="open_again"),
    path("quality/agents/", quality_agents.agents, name="quality_agents"),
    path("quality/rules/", quality_rules.rules, name="quality_rules"),
    path("quality/rules/new/", quality_rules.rule, name="new_quality_rule"),
    path("quality/rules/settings/", quality_rules.settings, name="quality_settings"),
    path("quality/rules/addresses/", quality_rules.add_address, name="add_quality_address"),
    path(
        "quality/rules/addresses/<int:address_id>/remove/", quality_rules.remove_address, name="remove_quality_address"
    ),
    path("quality/rules/<int:rule_id>/", quality_rules.rule, name="quality_rule"),
    path("quality/rules/<int:rule_id>/retire/", quality_rules.retire, name="retire_quality_rule"),
]
