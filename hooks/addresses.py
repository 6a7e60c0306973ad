"""Where webhooks may go: https addresses of the public Internet, and networks that are allowed.

Looked at twice: when an address is saved, and at each attempt, when the name is resolved anew and
every address that it stands for must pass. What has passed is what is connected to, by number, so
that a name which points elsewhere a moment later (DNS rebinding) gains nothing.
"""

import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from lake.hook_refusals import AddressRefusedError

Address = IPv4Address | IPv6Address

LONGEST = 2048
PORTS = (443, 8443)
USUAL_PORTS = {"https": 443, "http": 80}
_READABLE = re.compile(r"[!-~]+")  # what an address is written in: no space, no control character
_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"{_LABEL}(\.{_LABEL})*\.?")
_NUMERIC = re.compile(r"(.*\.)?([0-9]+|0x[0-9a-f]*)\.?")  # what a resolver may read as a number

# Of IPv6 only what is handed out, and of that nothing that holds an IPv4 address (6to4, Teredo) or
# is for documents. What leads from IPv6 to IPv4 (mapped, 64:ff9b::) lies outside. The last two are
# global to some versions of Python.
_GLOBAL = ip_network("2000::/3")
_REFUSED = [ip_network(each) for each in ("2002::/16", "2001::/23", "2001:db8::/32", "3fff::/20",
                                          "192.88.99.0/24", "192.0.0.0/24")]  # fmt: skip


@dataclass(frozen=True)
class Target:
    """An address as it was read: where to connect, and what is asked there."""

    scheme: str
    host: str  # lower case, an IPv6 address without brackets
    port: int
    path: str  # with its query

    @property
    def authority(self) -> str:
        """What the header `Host` says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == USUAL_PORTS[self.scheme] else f"{host}:{self.port}"


def parsed(url: str) -> Target:
    """Read an address, without asking anybody; raises AddressRefusedError."""
    if len(url) > LONGEST or not _READABLE.fullmatch(url):
        raise AddressRefusedError(
            f"An address has at most {LONGEST} characters and none of them is a space, a control "
            "character or outside ASCII; a name in another script is written as xn--…"
        )
    parts, port = _parts(url)
    if parts.scheme not in USUAL_PORTS:
        raise AddressRefusedError("An address begins with https://.")
    if "@" in parts.netloc or "\\" in url or parts.fragment:
        raise AddressRefusedError("An address holds no user, no backslash and no fragment.")
    host = (parts.hostname or "").lower()
    if _literal(host) is None and not _is_name(host):
        raise AddressRefusedError("An address names a host, by a full name or a plain address.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port or USUAL_PORTS[parts.scheme], path)


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a name as the system tells them; raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def resolved(target: Target) -> list[str]:
    """Return the addresses of a target, unchecked; raises AddressRefusedError for an unknown name.

    It may take long: the system waits for name servers that do not answer.
    """
    literal = _literal(target.host)
    if literal is not None:
        return [str(literal)]
    try:
        return resolve(target.host, target.port)
    except (OSError, UnicodeError) as error:
        raise AddressRefusedError(f"The name {target.host} is not known.") from error


def checked(target: Target, found: Sequence[str], networks: Sequence[str]) -> list[str]:
    """Return the addresses to connect to; raises AddressRefusedError where one of them may not.

    `networks` are those that may be reached although they are not public; where a name lies in
    them wholly, http and every port will do.
    """
    addresses = [_literal(each) for each in found]
    allowed = [ip_network(each) for each in networks]
    is_allowed = [address is not None and any(address in net for net in allowed)
                  for address in addresses]  # fmt: skip
    for address, may in zip(addresses, is_allowed, strict=True):
        if address is None or not (may or is_public(address)):
            raise AddressRefusedError(f"{target.host} is not in the public Internet.")
    if not addresses:
        raise AddressRefusedError(f"The name {target.host} stands for no address.")
    if not all(is_allowed):
        if target.scheme != "https":
            raise AddressRefusedError("An address begins with https://.")
        if target.port not in PORTS:
            raise AddressRefusedError("The port of an address is 443 or 8443.")
    return list(found)


def is_public(address: Address) -> bool:
    """Return whether an address is one of the public Internet, and nothing else in disguise."""
    if address.version == 6 and address not in _GLOBAL:  # noqa: PLR2004  the version of the protocol
        return False
    is_special = address.is_multicast or address.is_reserved or address.is_unspecified
    return address.is_global and not is_special and not any(address in net for net in _REFUSED)


def check(url: str, networks: Sequence[str]) -> Target:
    """Return the target of an address that may be saved; raises AddressRefusedError."""
    target = parsed(url)
    checked(target, resolved(target), networks)
    return target


def _parts(url: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise AddressRefusedError("This is no address that can be read.") from error
    return parts, port


def _literal(host: str) -> Address | None:
    """Return what a plain address is; None for a name, and for one that names a network card."""
    try:
        return None if "%" in host else ip_address(host)
    except ValueError:
        return None


def _is_name(host: str) -> bool:
    """Return whether a host is a name that no resolver takes for a number, such as 0x7f000001."""
    return len(host) <= 253 and bool(_NAME.fullmatch(host)) and not _NUMERIC.fullmatch(host)  # noqa: PLR2004  RFC 1035
