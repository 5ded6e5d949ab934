"""Why a change of categories or topics is refused."""

LONGEST_NAME = 80


class Refused(Exception):
    """`reason` is a code: no_name, name_too_long, name_taken, missing, retired, parent_retired, too_deep,
    changed_meanwhile.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
