"""From where a request comes, when proxies of our own stand in front."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

Network = IPv4Network | IPv6Network


def client_address(request: HttpRequest) -> str:
    """The address of the client: the connection's own, or what trusted proxies say of it (X-Forwarded-For).

    Read from the right: each trusted proxy adds the address that it saw, and what stands before the first one that is
    not ours was written by the client, who may write anything.
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    said = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    trusted = trusted_networks(settings.TRUSTED_PROXIES)
    while said and _is_one_of(address, trusted):
        before = _parsed(said.pop())
        if before is None:
            break
        address = str(before)
    return address


@lru_cache(maxsize=8)
def trusted_networks(listed: str) -> tuple[Network, ...]:
    """The networks of a list with commas between: addresses or ranges such as 10.0.0.0/8. Raises ValueError."""
    return tuple(ip_network(part.strip(), strict=False) for part in listed.split(",") if part.strip())


def _is_one_of(address: str, networks: tuple[Network, ...]) -> bool:
    parsed = _parsed(address)
    return parsed is not None and any(parsed in network for network in networks)


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    host = text[1:].partition("]")[0] if text.startswith("[") else text
    host = host.partition(":")[0] if host.count(":") == 1 else host  # with a port
    try:
        parsed = ip_address(host)
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed
