"""Tries a PBX's address and login once, for the administration, without touching the link that runs."""

from dataclasses import dataclass, replace

from callwright.telephony.asterisk.client import ActionRefused, ActionTimedOut, Ami, AmiError
from callwright.telephony.link.configuration import link_config
from callwright.telephony.models import Pbx

_PATIENCE_S = 5.0


@dataclass(frozen=True, slots=True)
class Tried:
    """`problem`: the code of what is wrong, empty when all is well; `version`: what the PBX says it is."""

    problem: str = ""
    detail: str = ""
    version: str = ""


async def try_connection(pbx: Pbx) -> Tried:
    """Connect, log in and ask for the version; takes at most about 15 seconds."""
    address = replace(link_config(pbx).address, connect_timeout_s=_PATIENCE_S, action_timeout_s=_PATIENCE_S)
    try:
        ami = await Ami.connect(address)
    except AmiError as error:
        return Tried(str(error.problem), error.detail)
    except (UnicodeError, ValueError) as error:  # a host or user name that cannot even be sent
        return Tried("unreachable", str(error))
    try:
        settings = await ami.act("CoreSettings")
        return Tried(version=settings.get("AsteriskVersion") or ami.banner)
    except (ActionRefused, ActionTimedOut, AmiError):
        return Tried(version=ami.banner)
    finally:
        await ami.close()
