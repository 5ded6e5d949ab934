"""Imports that meet the same calls wait for each other."""

from django.db import connection


def hold_imports() -> None:
    """Until the end of the transaction no other import loads or takes back calls."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('imports'))")
