"""A real server of S3's protocol on loopback, and the environment variables that lead to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

BUCKET = "files"


@contextmanager
def s3_server() -> Iterator[tuple[dict[str, str], Any]]:
    """Yields the variables by which Callwright keeps its files there, and a client that looks into the bucket."""
    import boto3  # type: ignore[import-untyped]
    import httpx
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    httpx.post(f"{url}/moto-api/reset").raise_for_status()  # one memory for all of them in a process
    login = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    client = boto3.client("s3", endpoint_url=url, region_name="us-east-1", **login)
    client.create_bucket(Bucket=BUCKET)
    try:
        yield {
            "CALLWRIGHT_S3_BUCKET": BUCKET, "CALLWRIGHT_S3_ENDPOINT": url, "CALLWRIGHT_S3_REGION": "us-east-1",
            "CALLWRIGHT_S3_PREFIX": "desk/one", "CALLWRIGHT_S3_ACCESS_KEY": "test", "CALLWRIGHT_S3_SECRET_KEY": "test",
        }, client  # fmt: skip
    finally:
        client.close()
        server.stop()


def keys_in(client: Any) -> list[str]:
    """The names of all that is in the bucket."""
    return sorted(one["Key"] for one in client.list_objects_v2(Bucket=BUCKET).get("Contents", []))
