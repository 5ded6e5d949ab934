"""What the environment says: where data lies, which database, which secret."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from callwright.config.postgres.layout import layout_for

# Statements that are used again and again are parsed and planned once per connection: half of what the database does
# for a ringing phone otherwise. (A pooler that hands a connection on in mid-session cannot be used, for LISTEN too.)
_PREPARED: dict[str, Any] = {"server_side_binding": True, "prepare_threshold": 5}


def home_folder() -> Path:
    """The data folder: `CALLWRIGHT_HOME`, default `./var`."""
    return Path(os.environ.get("CALLWRIGHT_HOME", "var")).resolve()


def secret_key(home: Path) -> str:
    """`CALLWRIGHT_SECRET_KEY`, or a key made once and kept in the data folder, readable by its owner only."""
    if key := os.environ.get("CALLWRIGHT_SECRET_KEY"):
        return key
    file = home / "secret_key"
    try:
        return file.read_text().strip()
    except FileNotFoundError:
        pass
    home.mkdir(parents=True, exist_ok=True)
    key = secrets.token_urlsafe(50)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text().strip()
    with os.fdopen(handle, "w") as out:
        out.write(key)
    return key


def database_settings(home: Path) -> dict[str, Any]:
    """Django's database settings from `DATABASE_URL`; without it, the embedded server's socket in the data folder."""
    url = os.environ.get("DATABASE_URL") or layout_for(home).url()
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError(f"DATABASE_URL must begin with postgresql://, not {parts.scheme}://")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or parts.hostname or ""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or options.pop("port", "")),
        "OPTIONS": {**_PREPARED, "pool": {"min_size": 0, "max_size": 20, "timeout": 10}, **options},
        "CONN_MAX_AGE": 0,
    }
