"""The orders in which the register can be read, and the statement of a page in one of them."""

from callwright.calls.queries.conditions import Conditions
from callwright.calls.queries.sql import named_sql
from callwright.calls.search import Search

_QUEUE = "LEFT JOIN telephony_queue sq ON sq.id = c.queue_id"
_CONTACT = "LEFT JOIN contacts_contact sk ON sk.account_id = c.account_id AND sk.id = c.contact_id"
# column: expression that is never null, its type, the join it needs
SORTED_BY = {
    "started": ("c.id", "uuid", ""),
    "status": ("c.status", "text", ""),
    "direction": ("c.direction", "text", ""),
    "contact": ("coalesce(sk.sort_key, '')", "text", _CONTACT),
    "number": ("c.client_number", "text", ""),
    "dialled": ("c.dialled_number", "text", ""),
    "account": ("sa.name", "text", "JOIN accounts_account sa ON sa.id = c.account_id"),
    "queue": ("coalesce(nullif(sq.label, ''), sq.name, '')", "text", _QUEUE),
    "employee": ("coalesce(su.name, '')", "text", "LEFT JOIN staff_user su ON su.id = c.employee_id"),
    "extension": ("c.extension", "text", ""),
    "ring": ("c.ring_s", "integer", ""),
    "wait": ("c.wait_s", "integer", ""),
    "talk": ("c.talk_s", "integer", ""),
    "hold": ("c.hold_s", "integer", ""),
    "category": ("coalesce(sg.name, '')", "text", "LEFT JOIN contacts_category sg ON sg.id = c.category_id"),
}  # fmt: skip


def order_of(search: Search) -> tuple[str, str]:
    """The joins that the order of a search needs, and the order itself, for statements over `calls_call c`."""
    expression, _, joins = SORTED_BY[search.sort]
    return joins, _by_time(search) if search.sort == "started" else _by(search, expression)


def page_statement(conditions: Conditions, search: Search) -> str:
    """The statement of one page in its order; its values are the conditions' and `limit`."""
    expression, _, _ = SORTED_BY[search.sort]
    joins, order = order_of(search)
    page = named_sql("register_page.sql").format(joins=joins, where=conditions.sql, sort=expression, order=order)
    return _with_names(page, search, "''")


def sorted_statement(conditions: Conditions, search: Search, *, beyond: str, most: int) -> str:
    """The same by finding all calls first, `most` and one more; each row ends with how many there are. `beyond` says
    on `f` where the page begins.
    """
    expression, _, joins = SORTED_BY[search.sort]
    page = named_sql("register_sorted.sql").format(
        joins=joins, where=conditions.sql, sort=expression, order=_by(search, "f.sort_value", "f"), beyond=beyond,
        most=most + 1,
    )  # fmt: skip
    return _with_names(page, search, "(SELECT count(*) FROM found)")


def _with_names(page: str, search: Search, more: str) -> str:
    outer = _by_time(search) if search.sort == "started" else _by(search, "c.sort_value")
    return named_sql("register_rows.sql").format(page=page, outer_order=outer, more=more)


def _by_time(search: Search) -> str:
    return f"c.id {'DESC' if search.descending else 'ASC'}"


def _by(search: Search, expression: str, table: str = "c") -> str:
    turn = "DESC" if search.descending else "ASC"
    return f"{expression} {turn}, {table}.id {turn}"
