"""What the address of the list asks for, read once: nothing in it can be wrong, only ignored."""

from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from callwright.contacts.models import Contact
from callwright.contacts.queries.find import Narrow
from callwright.kit.identity import id_in


def staff_user(request: HttpRequest) -> Any:
    """The user behind `requires`: one of ours, whatever Django's types say."""
    return cast(Any, request.user)


@dataclass(frozen=True, slots=True)
class Asked:
    search: str = ""
    kind: str = ""
    account: int | None = None
    category: int | None = None
    after: tuple[str, int] | None = None

    @classmethod
    def of(cls, query: QueryDict) -> "Asked":
        kind, last = query.get("kind", ""), id_in(query.get("last"))
        return cls(
            search=query.get("search", "").replace("\x00", "").strip()[:200],
            kind=kind if kind in Contact.Kind.values else "",
            account=id_in(query.get("account")),
            category=id_in(query.get("category")),
            after=None if last is None else (query.get("after", "").replace("\x00", "")[:250], last),
        )

    @property
    def narrow(self) -> Narrow:
        return Narrow(self.account, self.kind, self.category)

    @property
    def narrows(self) -> bool:
        return bool(self.search or self.kind or self.account or self.category)

    def next_url(self, key: tuple[str, int] | None) -> str:
        """The address of the page after `key`; empty when there is none."""
        if key is None:
            return ""
        asked = {"kind": self.kind, "account": self.account or "", "category": self.category or ""}
        return f"{reverse('contacts:list')}?{urlencode({**asked, 'after': key[0], 'last': key[1]})}"
