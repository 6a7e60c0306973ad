"""One attempt: the name is resolved, its addresses are checked, the message goes to one of them.

A connection is made for each attempt and closed after it, so that nothing of one receiver is used
for another. Redirects are answers like others, proxies of the environment are not asked, and of
what comes back only the beginning is read.
"""

import asyncio
import logging
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from typing import TypeVar

import httpx

from hooks import addresses, signing
from hooks.addresses import Target
from lake.deliveries import Attempt, Message
from lake.hook_refusals import AddressRefusedError
from lake.subscriptions import Subscription

SECONDS = 15.0  # for all of an attempt
CONNECT_SECONDS = 5.0  # to one address
ANSWER_SECONDS = 2.0  # for the beginning of what stands under the status
MOST_ADDRESSES = 3  # that are tried one after another
MOST_ANSWER = 4096  # bytes that are read and kept
MOST_WORDS = 300  # characters of what the network says
AGENT = "Parley-Webhooks/1"

T = TypeVar("T")

# It logs whole addresses, and what stands in their paths is often as good as a secret.
logging.getLogger("httpx").setLevel(logging.WARNING)


@dataclass(frozen=True)
class Sent:
    """An attempt, and how long its receiver asks to wait."""

    attempt: Attempt
    retry_after: str | None


@dataclass(frozen=True)
class _Answer:
    status: int
    text: str
    retry_after: str | None


async def send(subscription: Subscription, message: Message, networks: Sequence[str]) -> Sent:
    """Send a message once; what keeps it from arriving is told in the attempt, not raised."""
    started_at, clock = datetime.now(UTC), time.monotonic()
    url = subscription.wanted.url
    secrets = subscription.signing(started_at)
    headers = signing.headers(message.message_id, message.body, secrets, started_at)
    headers |= {"content-type": "application/json", "user-agent": AGENT}
    answer, error = None, ""
    try:
        async with asyncio.timeout(SECONDS):
            answer = await _posted(url, message.body, headers, networks)
    except TimeoutError:
        error = f"There was no answer within {SECONDS:g} seconds."
    except AddressRefusedError as refused:
        error = refused.sentence
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ssl.SSLError) as failed:
        told = str(failed)[:MOST_WORDS] or type(failed).__name__
        error = f"The connection failed: {told}."
    if answer is not None and not HTTPStatus(200) <= answer.status < HTTPStatus(300):
        error = _refusal(answer.status)
    attempt = Attempt(
        started_at, round((time.monotonic() - clock) * 1000), url, headers,
        None if answer is None else answer.status, error, "" if answer is None else answer.text,
    )  # fmt: skip
    return Sent(attempt, None if answer is None else answer.retry_after)


async def _posted(url: str, body: str, headers: dict[str, str], networks: Sequence[str]) -> _Answer:
    """Return the answer of the first address that lets itself be connected to."""
    target = addresses.parsed(url)
    found = await _apart(lambda: addresses.resolved(target))
    numbers = addresses.checked(target, found, networks)[:MOST_ADDRESSES]
    for number in numbers[:-1]:
        with suppress(httpx.ConnectError, httpx.ConnectTimeout):
            return await _at(number, target, body, headers)
    return await _at(numbers[-1], target, body, headers)


async def _at(number: str, target: Target, body: str, headers: dict[str, str]) -> _Answer:
    """Post to an address by its number; the name is in `Host`, and in what TLS asks for."""
    host = f"[{number}]" if ":" in number else number
    sent = {**headers, "host": target.authority, "accept-encoding": "identity"}
    async with (
        httpx.AsyncClient(
            verify=_tls(), trust_env=False, follow_redirects=False,
            timeout=httpx.Timeout(None, connect=CONNECT_SECONDS),
        ) as client,
        client.stream(
            "POST", f"{target.scheme}://{host}:{target.port}{target.path}", content=body.encode(),
            headers=sent, extensions={"sni_hostname": target.host},
        ) as response,
    ):  # fmt: skip
        text = await _beginning(response)
        return _Answer(response.status_code, text, response.headers.get("retry-after"))


async def _beginning(response: httpx.Response) -> str:
    """Return the beginning of an answer; one that breaks off or rests was given all the same."""
    held = b""
    with suppress(httpx.HTTPError, TimeoutError):
        async with asyncio.timeout(ANSWER_SECONDS):
            async for part in response.aiter_raw():
                held += part
                if len(held) >= MOST_ANSWER:
                    break
    return held[:MOST_ANSWER].decode("utf-8", "replace")


@cache
def _tls() -> ssl.SSLContext:
    """Return what certificates are checked by; reading them takes long, once."""
    return httpx.create_ssl_context(trust_env=False)


async def _apart(work: Callable[[], T]) -> T:
    """Return what `work` returns in a thread of its own.

    The system's resolver cannot be stopped, and may wait long for one name: threads that others
    wait for too would be held up by it, and the end of the program also.
    """
    answer: Future[T] = Future()
    answer.set_running_or_notify_cancel()  # who waits may leave, the thread goes on

    def run() -> None:
        try:
            answer.set_result(work())
        except AddressRefusedError as refused:
            answer.set_exception(refused)

    threading.Thread(target=run, name="resolve", daemon=True).start()
    return await asyncio.wrap_future(answer)


def _refusal(status: int) -> str:
    if HTTPStatus(300) <= status < HTTPStatus(400):
        return f"The receiver answered {status}: redirects are not followed."
    return f"The receiver answered {status}."
