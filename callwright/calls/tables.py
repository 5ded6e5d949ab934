"""The tables that hold a month of calls in a partition each (docs/decisions/003)."""

CALLS = "calls_call"
PARTS = ("calls_leg", "calls_callfacts")
"""They have account and call (`account_id`, `call_id`), and no reference to it."""

TABLES = (CALLS, *PARTS)
