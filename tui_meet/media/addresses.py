"""Calls on a machine without any network.

ICE offers every address of the machine but loopback, so that without a network nothing is left and even a meeting on
this very machine could not be reached. Then, and only then, the loopback address is offered, by
clients and by the server alike: each is the only one of the two that knows its own.
"""

from __future__ import annotations

from typing import Protocol

from aioice import ice

LOOPBACK = "127.0.0.1"


class Addresses(Protocol):
    """Lists this machine's addresses."""

    def __call__(self, use_ipv4: bool, use_ipv6: bool) -> list[str]: ...


def with_loopback(addresses: Addresses) -> Addresses:
    """The same list of addresses, but loopback instead of none at all."""

    def found(use_ipv4: bool, use_ipv6: bool) -> list[str]:
        return addresses(use_ipv4, use_ipv6) or ([LOOPBACK] if use_ipv4 else [])

    return found


def offer_loopback_without_network() -> None:
    """Make every ICE connection of this process do so; calling it again changes nothing."""
    if ice.get_host_addresses.__module__ != __name__:
        ice.get_host_addresses = with_loopback(ice.get_host_addresses)
