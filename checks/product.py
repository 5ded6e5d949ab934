"""The product's settings for checks: no database is touched."""

import os
import tempfile


def set_up() -> None:
    """Set Django up with a data folder that is thrown away."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callwright.config.settings")
    os.environ["CALLWRIGHT_HOME"] = tempfile.gettempdir()
    os.environ["CALLWRIGHT_SECRET_KEY"] = "only for checks"
    os.environ["DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/nothing"
    import django

    django.setup()
