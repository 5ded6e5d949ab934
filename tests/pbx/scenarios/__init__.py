"""Every scenario by name (`ALL`); a file per theme."""

from tests.pbx.scenario import ALL
from tests.pbx.scenarios import commands, features, forwarding, inbound, numbers, outage, outbound, queues, transfers

THEMES = (commands, features, forwarding, inbound, numbers, outage, outbound, queues, transfers)
__all__ = ["ALL", "THEMES"]
