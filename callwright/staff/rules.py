"""Decisions about staff: which role has which rights, and what agent state follows from a choice, a call or the PBX."""

from typing import Literal, get_args

Right = Literal[
    "use_desk",
    "see_register",
    "annotate_calls",
    "follow_up_calls",
    "assign_follow_up",
    "see_follow_up_totals",
    "review_too_long",
    "set_up_too_long",
    "listen_to_recordings",
    "download_recordings",
    "set_up_recordings",
    "import_calls",
    "export_calls",
    "export_person",
    "erase_person",
    "see_audit",
    "set_up_notifications",
    "see_contacts",
    "edit_contacts",
    "see_accounts",
    "set_up_accounts",
    "set_up_categories",
    "set_up_registration",
    "register_calls",
    "see_registrations",
    "release_registration",
    "set_up_notes",
    "comment_notes",
    "edit_knowledge",
    "see_reports",
    "see_quality",
    "set_up_quality",
    "set_up_card",
    "watch_floor",
    "change_agents",
    "listen_in",
    "set_up_wallboards",
    "move_employees",
    "unlock_users",
    "administer_users",
    "administer_pbx",
    "administer_organisation",
    "see_portal",
]
ALL_RIGHTS: frozenset[str] = frozenset(get_args(Right))

_READS: frozenset[Right] = frozenset({"see_register", "see_contacts", "see_accounts"})
_AGENT: frozenset[Right] = _READS | {
    "use_desk",
    "annotate_calls",
    "register_calls",
    "see_registrations",
    "follow_up_calls",
    "see_follow_up_totals",
    "edit_contacts",
}
_SUPERVISOR: frozenset[Right] = _AGENT | {
    "set_up_accounts",
    "set_up_categories",
    "set_up_registration",
    "set_up_card",
    "watch_floor",
    "change_agents",
    "listen_in",
    "set_up_wallboards",
    "release_registration",
    "set_up_notes",
    "comment_notes",
    "edit_knowledge",
    "see_reports",
    "see_quality",
    "move_employees",
    "unlock_users",
    "assign_follow_up",
    "review_too_long",
    "set_up_too_long",
    "listen_to_recordings",
    "export_calls",
}
_ADMINISTRATOR: frozenset[Right] = _SUPERVISOR | {
    "administer_users",
    "administer_pbx",
    "administer_organisation",
    "set_up_quality",
    "download_recordings",
    "set_up_recordings",
    "set_up_notifications",
    "import_calls",
    "export_person",
    "erase_person",
    "see_audit",
}

RIGHTS_OF_ROLE: dict[str, frozenset[Right]] = {
    "agent": _AGENT,
    "supervisor": _SUPERVISOR,
    "controller": _READS
    | {
        "see_follow_up_totals",
        "review_too_long",
        "import_calls",
        "export_calls",
        "see_registrations",
        "see_reports",
        "see_quality",
        "set_up_quality",
    },
    "administrator": _ADMINISTRATOR,
    "customer": frozenset({"see_portal"}),
}


def role_has(role: str, right: Right) -> bool:
    """Whether a role has a right. Raises ValueError for a right that does not exist, so that a slip closes no door."""
    if right not in ALL_RIGHTS:
        raise ValueError(f"there is no right called {right!r}")
    return right in RIGHTS_OF_ROLE.get(role, frozenset())


def roles_with(right: Right) -> list[str]:
    """The roles that have a right. Raises ValueError for a right that does not exist."""
    return [role for role in RIGHTS_OF_ROLE if role_has(role, right)]
