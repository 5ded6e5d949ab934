"""Whether a PBX can be spoken to at this moment."""

from callwright.telephony.models import Pbx


def link_is_down(pbx_id: int) -> bool:
    """Whether a PBX that should be linked is not; one query."""
    linked = Pbx.objects.filter(pk=pbx_id, enabled=True, kind=Pbx.Kind.ASTERISK)
    return linked.exclude(state="up").exists()
