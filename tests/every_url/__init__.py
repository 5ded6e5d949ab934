"""Who gets what from each URL of the product. One module a capability; each has `ROWS`, and `build` for its objects.

A row says the answers for the owner of an account's data, a colleague with rights on the same account, an agent of
another account, the account's customer user and a stranger who is not logged in: a status, or "login" for "sent to
the login page". Some also say what a controller of the account gets. `{names}` in a route are filled in from the world
that the `build` functions make.
"""

from dataclasses import dataclass, field, replace
from typing import Any

PEOPLE = ("owner", "colleague", "outsider", "customer", "stranger")


@dataclass(frozen=True)
class Row:
    """`names` maps the route's parameters to values, or to functions of the world; `data` is what a POST sends;
    `controller` is what a controller of the account gets.
    """

    answers: str
    method: str = "GET"
    names: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    controller: str = ""

    def expected(self) -> dict[str, str]:
        expected = dict(zip(PEOPLE, self.answers.split(), strict=True))
        return expected | ({"controller": self.controller} if self.controller else {})


def anyone(**more: Any) -> Row:
    """Open to the world."""
    return Row("200 200 200 200 200", **more)


def logged_in(**more: Any) -> Row:
    """Open to everyone with a login, customers too."""
    return Row("200 200 200 200 login", **more)


def agents(**more: Any) -> Row:
    """Open to all agents; what they see in it is limited to their accounts."""
    return Row("200 200 200 403 login", **more)


def own_account(**more: Any) -> Row:
    """A thing of the account: open to those with rights on it, not found for agents of other accounts."""
    return Row("200 200 404 403 login", **more)


def not_agents(**more: Any) -> Row:
    """Open to supervisors or administrators only."""
    return Row("403 403 403 403 login", **more)


def posted(row: Row, status: str = "302") -> Row:
    """The same people, for a URL that only takes POST and answers with `status`."""
    return replace(row, answers=row.answers.replace("200", status), method="POST")
