"""Where webhooks may go: only to the public Internet, whatever a name says, then or later."""

import asyncio
import ipaddress
import json
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hooks import addresses
from hooks.addresses import check, checked, is_public, parsed
from hooks.desk import Desk
from lake.hook_file import connected, writing
from lake.hook_refusals import AddressRefusedError
from tests.hooks.receiver import reply

PUBLIC = "93.184.215.14"
PRIVATE = [
    "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.8.9.10",  # noqa: S104
    "169.254.169.254", "172.16.0.1", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1",
    "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:93.184.215.14", "64:ff9b::7f00:1",
    "64:ff9b:1::a00:1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "2002:5db8:d70e::",
    "3fff::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_no_address_but_a_public_one_is_connected_to(address):
    host = f"[{address}]" if ":" in address else address
    assert not is_public(ipaddress.ip_address(address))
    with pytest.raises(AddressRefusedError):
        check(f"https://{host}/", ())


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2606:4700::1111", "2a00:1450::1"])
def test_public_addresses_are(address):
    host = f"[{address}]" if ":" in address else address
    assert check(f"https://{host}:8443/hook?a=b", ()).port == 8443


@given(address=st.ip_addresses())
def test_nothing_is_public_that_the_registries_do_not_call_global(address):
    assert is_public(address) <= address.is_global
    assert not is_public(ipaddress.ip_address(f"::ffff:{address}") if address.version == 4
                         else ipaddress.ip_address("::"))  # fmt: skip


REFUSED = [
    "", "https://", "https:///x", "https://2130706433/", "https://0x7f000001/", "https://0177.0.0.1/",
    "https://127.1/", "https://1.2.3.0x4/", "https://0x7f.1/", "https://127.0.0.1./",
    "https://[::1%25eth0]/", "https://[fe80::1%eth0]/", "https://[::1", "https://a b.example/",
    "https://a\tb.example/", "https://a.example/\r\nX: y", "https://user@a.example/",
    "https://a.example@127.0.0.1/", "https://127.0.0.1%2f@a.example/", "https://a.example\\@b/",
    "https://a.example/#x", "https://ä.example/", "https://①②⑦.⓪.⓪.①/", "https://-a.example/",
    "https://a..example/", f"https://{'a' * 64}.example/", f"https://{'a.' * 130}example/",
    "https://a.example:0x1bb/", "https://a.example:99999/", "javascript:alert(1)", "file:///etc/passwd",
    "ftp://a.example/", "//a.example/", f"https://a.example/{'x' * 2048}", "https://a.example/\0",
]  # fmt: skip


@pytest.mark.parametrize("url", REFUSED)
def test_what_is_no_plain_address_is_refused_without_asking_anybody(monkeypatch, url):
    monkeypatch.setattr(addresses, "resolve", lambda *_: pytest.fail("a name was asked for"))
    with pytest.raises(AddressRefusedError):
        check(url, ())


def test_every_shared_string_is_refused(shared, monkeypatch):
    """As it stands, and with https where http alone would be reason enough."""
    strings = json.loads((shared / "payloads" / "ssrf_targets_own.json").read_text())
    own = addresses.resolve
    known = {"example.com": [PUBLIC], "localhost": ["127.0.0.1"]}
    monkeypatch.setattr(addresses, "resolve", lambda host, port: known.get(host) or own(host, port))
    for url in strings:
        for written in {url, url.replace("http://", "https://", 1)}:
            with pytest.raises(AddressRefusedError):
                check(written, ())


@pytest.mark.parametrize("url", ["http://a.example/", "https://a.example:22/",
                                 "https://a.example:80/", "http://a.example:443/"])  # fmt: skip
def test_the_public_internet_is_reached_by_https_alone(url):
    with pytest.raises(AddressRefusedError):
        checked(parsed(url), [PUBLIC], ("10.0.0.0/8",))


def test_one_private_address_of_a_name_is_one_too_many():
    for found in ([PUBLIC, "10.0.0.1"], ["10.0.0.1", PUBLIC], ["nonsense"], []):
        with pytest.raises(AddressRefusedError):
            checked(parsed("https://a.example/"), found, ())


def test_networks_that_are_listed_are_reached_also_by_http():
    target = parsed("http://crm.internal:8080/hook")

    assert checked(target, ["10.1.2.3"], ("10.0.0.0/8",)) == ["10.1.2.3"]
    with pytest.raises(AddressRefusedError):
        checked(target, ["10.1.2.3", PUBLIC], ("10.0.0.0/8",))
    with pytest.raises(AddressRefusedError):
        checked(target, ["10.1.2.3"], ("10.2.0.0/16",))


def test_a_name_that_nobody_knows_is_told(monkeypatch):
    def unknown(*_):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(addresses, "resolve", unknown)
    with pytest.raises(AddressRefusedError, match=r"a\.example is not known"):
        check("https://a.example/", ())


# --- When it is sent ----------------------------------------------------------------------------


@pytest.fixture
def connected_to(monkeypatch):
    """The addresses that sockets of this process were connected to; none gets further."""
    seen = []

    async def connect(_loop, _sock, address):
        seen.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(asyncio.selector_events.BaseSelectorEventLoop, "sock_connect", connect)
    return seen


def attempt(desk, subscription_id):
    return asyncio.run(desk.tried(subscription_id))[1]


def names(monkeypatch, *answers):
    """Have every name stand for the next of these addresses each time that it is asked for."""
    left = list(answers)
    monkeypatch.setattr(addresses, "resolve", lambda *_: left.pop(0) if len(left) > 1 else left[0])


def test_no_shared_string_is_connected_to_even_where_it_was_saved(
    own_settings, monkeypatch, connected_to, shared, counted
):
    """As if the check at saving had been got around: the one at sending stands alone."""
    strings = json.loads((shared / "payloads" / "ssrf_targets_own.json").read_text())
    own = addresses.resolve
    known = {"a.example": [PUBLIC], "example.com": [PUBLIC], "localhost": ["127.0.0.1"]}
    monkeypatch.setattr(addresses, "resolve", lambda host, port: known.get(host) or own(host, port))
    desk = Desk(own_settings)
    subscription, _ = desk.add("https://a.example/", ["session.failed"], filter={})
    tried = {w for url in strings for w in (url, url.replace("http://", "https://", 1))}
    for url in sorted(tried):
        with connected(own_settings.state) as connection, writing(connection):
            connection.execute("update hook_subscriptions set url = ?", (url,))
        assert attempt(desk, subscription.subscription_id).error, url

    assert connected_to == []
    counted("addresses saved past the check", len(tried))


@pytest.mark.parametrize("private", PRIVATE)
def test_a_name_that_points_inside_later_is_not_followed(
    own_settings, monkeypatch, connected_to, private
):
    """DNS rebinding: public when it is saved, private when it is sent to."""
    names(monkeypatch, [PUBLIC], [private])
    desk = Desk(own_settings)
    subscription, _ = desk.add("https://a.example/", ["session.failed"], filter={})
    told = attempt(desk, subscription.subscription_id)

    assert "not in the public Internet" in told.error
    assert connected_to == []


def test_what_was_checked_is_what_is_connected_to(own_settings, monkeypatch, connected_to):
    """Public at the check and private a moment after: the name is not asked for again."""
    names(monkeypatch, [PUBLIC], [PUBLIC], ["127.0.0.1"])
    desk = Desk(own_settings)
    subscription, _ = desk.add("https://a.example/", ["session.failed"], filter={})
    told = attempt(desk, subscription.subscription_id)

    assert "The connection failed" in told.error
    assert {address[:2] for address in connected_to} == {(PUBLIC, 443)}


def test_a_redirect_is_not_followed(desk, receive, subscribe):
    inner = receive()
    outer = receive(lambda _: reply(302, location=inner.url))
    told = attempt(desk, subscribe(outer))

    assert (told.status, inner.connections) == (302, 0)
    assert "redirects are not followed" in told.error


def test_no_proxy_of_the_environment_is_asked(desk, receive, subscribe, monkeypatch):
    proxy, receiver = receive(), receive()
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert not attempt(desk, subscribe(receiver)).error

    assert (proxy.connections, receiver.connections) == (0, 1)


def test_a_name_is_asked_for_by_its_name(desk, receive, monkeypatch):
    """The number is connected to; `Host` and what TLS asks for say the name."""
    receiver = receive()
    names(monkeypatch, ["127.0.0.1"])
    subscription, _ = desk.add(
        f"http://crm.internal:{receiver.port}/a?b=c", ["session.failed"], filter={}
    )
    assert not attempt(desk, subscription.subscription_id).error
    (request,) = receiver.requests

    assert request.headers["host"] == f"crm.internal:{receiver.port}"
    assert request.path == "/a?b=c"
