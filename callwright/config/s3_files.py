"""Files in a bucket of S3, or of another store that speaks its protocol."""

from typing import Any

from botocore.config import Config  # type: ignore[import-untyped]
from storages.backends.s3 import S3Storage  # type: ignore[import-untyped]

_CONNECT_S, _ANSWER_S, _TRIES = 5, 30, 3


class S3Files(S3Storage):  # type: ignore[misc]
    """As django-storages has it, but nothing is overwritten, and nobody waits for minutes for a store that is away."""

    def get_default_settings(self) -> dict[str, Any]:
        return {**super().get_default_settings(), "file_overwrite": False, "client_config": _config()}


def _config() -> Config:
    return Config(
        connect_timeout=_CONNECT_S,
        read_timeout=_ANSWER_S,
        retries={"max_attempts": _TRIES, "mode": "standard"},
        # Many stores of others do not know the checksums that Amazon's own has had since 2024.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
