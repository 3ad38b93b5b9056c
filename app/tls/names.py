"""The names and addresses that a certificate speaks for."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cryptography import x509

from app.kit.errors import GivreError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_LABEL: Final = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_HTTPS: Final = 443
_LONGEST: Final = 253
"""Characters of a host name (RFC 1035 section 2.3.4, written without its final dot)."""


class TlsNameError(GivreError):
    """A name is no host name and no address, or the authority may not vouch for it."""

    code = "tls-name"


@dataclass(frozen=True, slots=True)
class Names:
    """Host names in lower case and addresses, each once and in order."""

    hosts: tuple[str, ...]
    addresses: tuple[Address, ...]

    def general(self) -> list[x509.GeneralName]:
        """Return them as a certificate's subject alternative names."""
        return [*map(x509.DNSName, self.hosts), *map(x509.IPAddress, self.addresses)]

    def subtrees(self) -> list[x509.GeneralName]:
        """Return them as what an authority's name constraints permit (RFC 5280 section 4.2.1.10)."""
        return [*map(x509.DNSName, self.hosts), *(x509.IPAddress(ipaddress.ip_network(one)) for one in self.addresses)]

    @property
    def first(self) -> str:
        """The name that people are told: what was asked for before what every installation has."""
        named = [one for one in self.hosts if one != _HERE.hosts[0]]
        asked = [str(one) for one in self.addresses if not one.is_loopback]
        return [*named, *asked, *self.hosts][0]

    def address(self, port: int) -> str:
        """Return the address that people are told."""
        shown = f"[{self.first}]" if ":" in self.first else self.first
        return f"https://{shown}" if port == _HTTPS else f"https://{shown}:{port}"


_HERE: Final = Names(("localhost",), (ipaddress.IPv4Address("127.0.0.1"), ipaddress.IPv6Address("::1")))


def read_names(texts: Iterable[str]) -> Names:
    """Return the names that were asked for, and this machine's own in front.

    Raises:
        TlsNameError: one is neither a host name nor an address. A wildcard is none: it would speak for strangers.
    """
    hosts, addresses = dict.fromkeys(_HERE.hosts), dict.fromkeys(_HERE.addresses)
    for text in texts:
        try:
            addresses[ipaddress.ip_address(text)] = None
        except ValueError:
            hosts[_host(text)] = None
    return Names(tuple(hosts), tuple(addresses))


def refused_by(authority: x509.Certificate, names: Names) -> list[str]:
    """Return those names that the authority's constraints do not permit."""
    permitted = authority.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    hosts = [one.value for one in permitted if isinstance(one, x509.DNSName)]
    networks = [ipaddress.ip_network(str(one.value)) for one in permitted if isinstance(one, x509.IPAddress)]
    outside = [one for one in names.hosts if not any(one == host or one.endswith(f".{host}") for host in hosts)]
    return [*outside, *(str(one) for one in names.addresses if not any(one in network for network in networks))]


def _host(text: str) -> str:
    try:
        name = text.strip().rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        name = ""
    labels = name.split(".")
    # A last label of digits only is read as an address by browsers, and an address was tried before.
    if len(name) > _LONGEST or not all(map(_LABEL.fullmatch, labels)) or labels[-1].isdigit():
        message = f"{text!r} is neither a host name nor an address (--tls-name, GIVRE_TLS_NAMES)"
        raise TlsNameError(message)
    return name
