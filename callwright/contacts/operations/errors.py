"""Why an operation on a contact is refused."""


class ContactRefused(Exception):
    """A value cannot stand in `field`; `reason` is a code that the screen words: see `views.wording`."""

    def __init__(self, field: str, reason: str, detail: str = "") -> None:
        super().__init__(field, reason, detail)
        self.field = field
        self.reason = reason
        self.detail = detail


class ContactMissing(Exception):
    """There is no such contact in this account."""
