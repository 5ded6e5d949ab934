"""Which panel an agent chose for the desk."""

from callwright.registration.models import PanelChoice
from callwright.registration.models_registered import PanelForm


def chosen_form(user_id: int) -> str:
    """The agent's own choice; empty where the organisation's holds."""
    return PanelChoice.objects.filter(user_id=user_id).values_list("form", flat=True).first() or ""


def panel_forms() -> list[tuple[str, str]]:
    """What can be chosen, with its words."""
    return [(one.value, str(one.label)) for one in PanelForm]
