"""What registration says about its totals when the program starts."""

from callwright.calls.ports import connect_counted, connect_final


def declare_totals() -> None:
    from callwright.registration.operations.rollup_topics import make_final, note_counted

    connect_counted("registration", note_counted)
    connect_final("registration", make_final)
