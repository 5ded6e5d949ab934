"""Where an agent wants the panel: beside the card, or as a tab of its own (REG-2)."""

from django.db import transaction

from callwright.registration.models import PanelChoice, PanelSettings
from callwright.registration.models_registered import PanelForm


@transaction.atomic
def choose_panel(*, user_id: int, form: str) -> str:
    """Keeps the choice, "" for the organisation's; returns what holds now. Raises ValueError for another word."""
    if not form:
        PanelChoice.objects.filter(user_id=user_id).delete()
        chosen = PanelSettings.objects.values_list("form", flat=True).first()
        return str(chosen or PanelForm.SIDE)
    value = PanelForm(form).value
    PanelChoice.objects.update_or_create(user_id=user_id, defaults={"form": value})
    return value
