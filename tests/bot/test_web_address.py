"""Limits count by the member's own address: a proxy of ours is believed, a header from anybody else is not."""

from __future__ import annotations

from ipaddress import ip_network
from unittest.mock import Mock

import pytest
from aiohttp.test_utils import make_mocked_request

from bot.settings import SettingsError, load
from bot.web.address import address_of

OURS = (ip_network("127.0.0.1"), ip_network("172.16.0.0/12"))


def seen(remote: str, *forwarded: str) -> str:
    transport = Mock()
    transport.get_extra_info = lambda name, default=None: (remote, 1) if name == "peername" else default
    request = make_mocked_request(
        "GET", "/", headers=[("X-Forwarded-For", one) for one in forwarded], transport=transport
    )
    return address_of(request, OURS)


@pytest.mark.parametrize(
    ("remote", "forwarded", "address"),
    [
        ("9.9.9.9", (), "9.9.9.9"),
        ("9.9.9.9", ("1.2.3.4",), "9.9.9.9"),
        ("127.0.0.1", ("1.2.3.4",), "1.2.3.4"),
        ("127.0.0.1", ("8.8.8.8, 1.2.3.4",), "1.2.3.4"),
        ("127.0.0.1", ("8.8.8.8", "1.2.3.4, 172.20.0.3"), "1.2.3.4"),
        ("127.0.0.1", ("1.2.3.4, nonsense",), "127.0.0.1"),
        ("127.0.0.1", (), "127.0.0.1"),
        ("127.0.0.1", ("172.20.0.9",), "172.20.0.9"),
        ("172.20.0.1", ("2001:db8::7",), "2001:db8::7"),
    ],
)
def test_the_address_is_the_last_that_is_not_ours(remote: str, forwarded: tuple[str, ...], address: str) -> None:
    assert seen(remote, *forwarded) == address


def test_the_setting_takes_addresses_and_networks_and_nothing_else() -> None:
    assert load({"YIBAO_PROXIES": "127.0.0.1, 172.16.0.0/12"}).proxies == OURS
    assert load({}).proxies == ()
    with pytest.raises(SettingsError, match="网段"):
        load({"YIBAO_PROXIES": "proxy.example"})
