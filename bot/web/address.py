"""Where a request comes from: the connection's own address, or behind a proxy of ours what that proxy says."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_address

from aiohttp import web

Network = IPv4Network | IPv6Network


def address_of(request: web.Request, proxies: tuple[Network, ...]) -> str:
    """The address that limits count by.

    `X-Forwarded-For` is believed only where the connection comes from a trusted proxy, and then read from its end: the
    first address that is none of ours. What a client wrote there itself stands further left and is never reached.
    """
    here = request.remote or ""
    if not _ours(here, proxies):
        return here
    claimed = ",".join(request.headers.getall("X-Forwarded-For", [])).split(",")
    for one in reversed([part.strip() for part in claimed if part.strip()]):
        if not _is_address(one):
            return here
        here = one
        if not _ours(one, proxies):
            return one
    return here


def _ours(text: str, proxies: tuple[Network, ...]) -> bool:
    return _is_address(text) and any(ip_address(text) in network for network in proxies)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
