"""What the environment says: where data and files lie, which database, which secret."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from callwright.config.postgres.layout import layout_for

# Statements that are used again and again are parsed and planned once per connection: half of what the database does
# for a ringing phone otherwise. (A pooler that hands a connection on in mid-session cannot be used, for LISTEN too.)
_PREPARED: dict[str, Any] = {"server_side_binding": True, "prepare_threshold": 5}

# A database that is away is looked for every second as long as somebody waits; left alone, psycopg doubles its pauses.
_POOL: dict[str, Any] = {"min_size": 0, "max_size": 20, "timeout": 10, "reconnect_timeout": 2}

# A host that is silent is given up; firewalls forget connections over which nothing went for minutes, and tell nobody.
_REACHED = {
    "connect_timeout": 5, "keepalives_idle": 60, "keepalives_interval": 10, "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}  # fmt: skip

# what follows CALLWRIGHT_S3_, and what it is to django-storages
_S3 = {
    "BUCKET": "bucket_name", "ENDPOINT": "endpoint_url", "REGION": "region_name", "PREFIX": "location",
    "ACCESS_KEY": "access_key", "SECRET_KEY": "secret_key",
}  # fmt: skip


class BadEnvironment(ValueError):
    """Environment variables that cannot be meant so; the text says which, and what to do."""


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
    """Django's database settings from `DATABASE_URL`; without it, the embedded server's socket in the data folder.
    Raises BadEnvironment.
    """
    url = os.environ.get("DATABASE_URL") or layout_for(home).url()
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise BadEnvironment(f"DATABASE_URL must begin with postgresql://, not {parts.scheme}://.")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or parts.hostname or ""
    return {
        "ENGINE": "callwright.config.warm_pool",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or options.pop("port", "")),
        "OPTIONS": {**_PREPARED, **_REACHED, "pool": _POOL, **options},
        "CONN_MAX_AGE": 0,
    }


def file_storage() -> dict[str, Any]:
    """Where recordings and all other files are kept, as one of Django's STORAGES: a bucket of S3 where
    `CALLWRIGHT_S3_BUCKET` names one, else the data folder. Raises BadEnvironment.
    """
    begin = "CALLWRIGHT_S3_"
    given = {name.removeprefix(begin): value.strip() for name, value in os.environ.items() if name.startswith(begin)}
    given = {name: value for name, value in given.items() if value}
    if not given:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    if slip := _s3_slip(given):
        raise BadEnvironment(slip)
    options = {_S3[name]: value.strip("/") if name == "PREFIX" else value for name, value in given.items()}
    return {"BACKEND": "callwright.config.s3_files.S3Files", "OPTIONS": options}


def _s3_slip(given: Mapping[str, str]) -> str:
    """What is wrong with the variables of S3, by their names without their common beginning; empty when nothing is."""
    first = sorted(given)[0]
    if unknown := sorted(set(given).difference(_S3)):
        return f"There is no CALLWRIGHT_S3_{unknown[0]}; after CALLWRIGHT_S3_ there can be {', '.join(_S3)}."
    if "BUCKET" not in given:
        return (
            f"CALLWRIGHT_S3_{first} is set, but CALLWRIGHT_S3_BUCKET is not. Name the bucket in which files are kept,"
            " or leave out all that begin with CALLWRIGHT_S3_ to keep them in the data folder."
        )
    if ("ACCESS_KEY" in given) != ("SECRET_KEY" in given):
        missing = "SECRET_KEY" if "ACCESS_KEY" in given else "ACCESS_KEY"
        return f"CALLWRIGHT_S3_{missing} is missing. Set both keys, or neither where the machine has a role of its own."
    if "ENDPOINT" in given and not given["ENDPOINT"].startswith(("http://", "https://")):
        return f"CALLWRIGHT_S3_ENDPOINT must begin with https:// (or http://), not {given['ENDPOINT']}."
    return ""
