"""Writes the product's AMI filter into etc/manager.conf and docs/asterisk.md: python -m tests.pbx.lean_filter"""

import re

from callwright.telephony.asterisk.names import LEAN_FILTER
from tests.pbx.pbx import HERE

LISTS = {HERE / "etc" / "manager.conf": "[crm-lean]", HERE.parents[1] / "docs" / "asterisk.md": "[callwright]"}
_LINES = re.compile(r"(?:eventfilter\(.*\n)+")


def main() -> None:
    for path, section in LISTS.items():
        before, heading, after = path.read_text().partition(section)
        path.write_text(before + heading + _LINES.sub("\n".join(LEAN_FILTER) + "\n", after, count=1))


if __name__ == "__main__":
    main()
