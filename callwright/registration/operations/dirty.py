"""Notes which days of registrations have to be added up anew (`rollup_topics` works the list off)."""

from datetime import date, datetime

from django.db import connection


def note_changed(account_id: int, local_day: date, now: datetime) -> None:
    """Has what was registered of the calls of this day of an account added up anew, once the caller's transaction is
    through. One insert into a list without a unique key: two writers of one day never wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registration_dirtyday (account_id, local_day, at) VALUES (%s, %s, %s)",
            [account_id, local_day, now],
        )
