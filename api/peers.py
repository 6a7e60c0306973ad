"""Who is at the other end: the address that limits count by, and whether it is this machine.

`X-Forwarded-For` is believed from listed proxies only (PARLEY_PROXIES), read from its end, where
each proxy adds what it has seen. The server's own reading of it is switched off (cli/serve.py).
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from starlette.types import Scope

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_FORWARDED = (b"x-forwarded-for", b"forwarded", b"x-real-ip")
_HOME_BITS = 64  # whoever has one IPv6 address has as many as these leave


@dataclass(frozen=True)
class Peer:
    """The other end of a request."""

    address: str  # an IPv4 address, or the network of an IPv6 one
    is_local: bool  # on this machine, with nobody between


def peer(scope: Scope, proxies: Sequence[Network]) -> Peer:
    """Return who asks; what cannot be read is nobody's address and never local."""
    client = scope.get("client")
    direct = _address(client[0]) if client else None
    told = {name: value for name, value in scope["headers"] if name in _FORWARDED}
    if direct is None or not _is_in(direct, proxies):
        return _peer(direct, is_direct=not told)
    hops = b",".join(value for name, value in scope["headers"] if name == _FORWARDED[0])
    for hop in reversed(hops.decode("latin-1").split(",")):
        address = _address(hop.strip())
        if address is None:
            break
        if not _is_in(address, proxies):
            return _peer(address, is_direct=True)
    return _peer(direct, is_direct=False)


def networks(proxies: Sequence[str]) -> tuple[Network, ...]:
    """Return the setting as networks."""
    return tuple(ipaddress.ip_network(proxy) for proxy in proxies)


def _peer(address: Address | None, *, is_direct: bool) -> Peer:
    if address is None:
        return Peer("unknown", is_local=False)
    if isinstance(address, ipaddress.IPv6Address):
        home = ipaddress.ip_network((address, _HOME_BITS), strict=False)
        return Peer(str(home), is_direct and address.is_loopback)
    return Peer(str(address), is_direct and address.is_loopback)


def _is_in(address: Address, proxies: Sequence[Network]) -> bool:
    return any(address in network for network in proxies)


@lru_cache(maxsize=4096)
def _address(text: str) -> Address | None:
    """Return an address without its port; IPv4 in IPv6 is IPv4."""
    bare = text[1 : text.find("]")] if text.startswith("[") else text
    bare = bare.partition(":")[0] if bare.count(":") == 1 else bare
    try:
        address = ipaddress.ip_address(bare)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
