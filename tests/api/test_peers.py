"""Who is at the other end: forwarding headers are believed from listed proxies only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.peers import Peer, networks, peer

PROXIES = networks(["10.0.0.1/32", "10.1.0.0/16", "127.0.0.1/32"])


def asked(client, *headers):
    pairs = [(name.lower().encode(), value.encode()) for name, value in headers]
    return {"type": "http", "client": client and (client, 5000), "headers": pairs}


def forwarded(value):
    return ("X-Forwarded-For", value)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_this_machine_is_local(address):
    assert peer(asked(address), ()).is_local


@pytest.mark.parametrize("address", ["192.0.2.7", "2001:db8::1", "", None, "unix", "0.0.0.0"])  # noqa: S104
def test_others_are_not(address):
    assert not peer(asked(address), ()).is_local


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_what_somebody_has_forwarded_is_not_local(name):
    """A proxy on this machine would else make everybody local."""
    assert peer(asked("127.0.0.1", (name, "127.0.0.1")), ()) == Peer("127.0.0.1", is_local=False)


@given(value=st.text(st.characters(codec="ascii"), max_size=40))
def test_nobody_chooses_an_address(value):
    assert peer(asked("192.0.2.7", forwarded(value)), ()).address == "192.0.2.7"
    assert peer(asked("192.0.2.7", forwarded(value)), PROXIES).address == "192.0.2.7"


@pytest.mark.parametrize(
    ("hops", "address"),
    [
        ("203.0.113.5", "203.0.113.5"),
        ("8.8.8.8, 203.0.113.5", "203.0.113.5"),  # the first was made up by whoever asks
        ("203.0.113.5, 10.1.2.3", "203.0.113.5"),
        ("203.0.113.5:4711, 10.1.2.3", "203.0.113.5"),
        ("[2001:db8::5]:4711", "2001:db8::/64"),
        ("nonsense", "10.0.0.1"),
        ("203.0.113.5, nonsense", "10.0.0.1"),
        ("10.1.2.3", "10.0.0.1"),
        ("", "10.0.0.1"),
    ],
)
def test_a_listed_proxy_is_believed_from_the_end(hops, address):
    assert peer(asked("10.0.0.1", forwarded(hops)), PROXIES) == Peer(address, is_local=False)


def test_headers_that_are_repeated_are_one_list():
    told = asked("10.0.0.1", forwarded("8.8.8.8"), forwarded("203.0.113.5"))

    assert peer(told, PROXIES).address == "203.0.113.5"


def test_behind_a_listed_proxy_of_this_machine_only_this_machine_is_local():
    assert peer(asked("127.0.0.1", forwarded("127.0.0.2")), PROXIES).is_local
    assert not peer(asked("127.0.0.1", forwarded("203.0.113.5")), PROXIES).is_local
    assert not peer(asked("127.0.0.1"), PROXIES).is_local


def test_all_addresses_of_one_home_are_one():
    first, second = (peer(asked(f"2001:db8:1:2::{n}"), ()) for n in (1, 2))

    assert first.address == second.address == "2001:db8:1:2::/64"
    assert peer(asked("2001:db8:1:3::1"), ()).address != first.address
