"""Rate limits: exact, bounded in memory, told on every answer."""

import random
import re
import threading
from collections import deque

import pytest

from api import access, needs, service
from api.application import api
from api.limits import WINDOW_SECONDS, Limits, Rate
from api.windows import Windows
from lake.keys import Keys, KeyScope
from queries import engine
from tests.api.conftest import Client
from tests.conftest import IS_SOAK
from tests.queries.conftest import Shelf

pytestmark = pytest.mark.soak

STAMPS = 10_000
POLICY = re.compile(r'"([a-z-]+)";q=(\d+);w=60')
LEFT = re.compile(r'"([a-z-]+)";r=(\d+);t=(\d+)')


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def limited(api_settings, clock, **rates):
    return Limits(api_settings.model_copy(update=rates), Windows(100, clock))


@pytest.mark.parametrize("seed", range(20 if IS_SOAK else 3))
def test_in_no_window_pass_more_than_may(api_settings, clock, counted, seed):
    """Against every stamp that has passed; bursts at the edges, pauses, and times between."""
    counted("stamps", STAMPS, seed=seed)
    limits = limited(api_settings, clock, rate_list=10)
    chance = random.Random(seed)  # noqa: S311  the same stamps each time
    passed = deque(maxlen=11)
    for _ in range(STAMPS):
        clock.now += chance.choice([0, 0, 0, 1e-9, 0.1, 1, 6, 59.999999, 60, 60.000001])
        taken = limits.take(Rate.LIST, "a")
        in_window = sum(clock.now - stamp <= WINDOW_SECONDS for stamp in passed)
        assert taken.is_allowed == (in_window < 10)
        if taken.is_allowed:
            passed.append(clock.now)


def test_after_the_wait_that_is_told_the_next_one_passes(api_settings, clock):
    limits = limited(api_settings, clock, rate_list=3)
    chance = random.Random(1)  # noqa: S311
    for _ in range(300):
        taken = limits.take(Rate.LIST, "a")
        if taken.is_allowed:
            clock.now += chance.random() * 5
        else:
            assert 1 <= taken.retry_seconds <= WINDOW_SECONDS + 1
            clock.now += taken.retry_seconds
            assert limits.take(Rate.LIST, "a").is_allowed


def test_what_is_refused_does_not_count(api_settings, clock):
    limits = limited(api_settings, clock, rate_list=1)
    for _ in range(50):
        limits.take(Rate.LIST, "a")
        clock.now += 1
    clock.now += 11

    assert limits.take(Rate.LIST, "a").is_allowed


def test_keys_and_classes_do_not_share(api_settings, clock):
    limits = limited(api_settings, clock, rate_list=1, rate_metrics=1)

    assert limits.take(Rate.LIST, "a").is_allowed
    assert limits.take(Rate.LIST, "b").is_allowed
    assert limits.take(Rate.METRICS, "a").is_allowed
    assert not limits.take(Rate.LIST, "a").is_allowed


def test_every_class_has_its_setting(api_settings):
    limits = Limits(api_settings)

    assert all(limits.take(rate, "a").is_allowed for rate in Rate)


@pytest.mark.parametrize("most", [1, 97, 1000])
def test_of_twenty_threads_exactly_as_many_pass_as_may(api_settings, most):
    limits = Limits(api_settings.model_copy(update={"rate_list": most}))
    passed = []

    def ask():
        taken = [limits.take(Rate.LIST, "a").is_allowed for _ in range(200)]
        passed.append(sum(taken))

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most == sum(passed)


def test_no_more_are_tracked_than_may_be(api_settings, clock):
    windows = Windows(50, clock)
    limits = Limits(api_settings.model_copy(update={"rate_list": 2}), windows)
    for number in range(10_000):
        limits.take(Rate.LIST, f"address {number}")

    assert len(windows) == 50
    for _ in range(2):  # the newest are still known
        limits.take(Rate.LIST, "address 9999")
    assert not limits.take(Rate.LIST, "address 9999").is_allowed


def test_forgetting_forgets(clock):
    windows = Windows(50, clock)
    for key in ("a", "b"):
        assert windows.acquire_entry(key, 1, 60)
    windows.clear("a")

    assert windows.acquire_entry("a", 1, 60)
    assert not windows.acquire_entry("b", 1, 60)
    assert windows.reset() == 2
    assert len(windows) == 0


# --- Over the API ---------------------------------------------------------------------------------


@pytest.fixture
def strict(api_settings, publications, client):
    """A client of an API with few requests a minute."""
    few = {"rate_list": 5, "rate_metrics": 3, "rate_open": 4, "rate_failed_keys": 2}
    settings = api_settings.model_copy(update=few)
    with service.running(settings), engine.running(Shelf(publications["index"]), settings):
        yield client


def told(response):
    name, most = POLICY.fullmatch(response.headers["ratelimit-policy"]).groups()
    again, left, wait = LEFT.fullmatch(response.headers["ratelimit"]).groups()
    assert name == again
    assert 0 <= int(left) <= int(most)
    assert 1 <= int(wait) <= WINDOW_SECONDS
    return name, int(most), int(left)


@pytest.mark.parametrize(
    ("method", "path"), [(method, path) for method, path, _ in needs.routes(api)]
)
def test_every_answer_tells_its_limit(client, world, method, path):
    response = client.request(method, path.replace("{", "").replace("}", ""))

    told(response)
    assert "retry-after" not in response.headers


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/nowhere", {}, 404),
        ("/sessions?limit=0", {}, 422),
        ("/sessions", {"Authorization": "Bearer no"}, 401),
        ("/sessions", {"If-None-Match": "*"}, 304),
    ],
)
def test_answers_that_are_no_success_tell_it_too(client, world, path, headers, status):
    response = client.get(path, headers=headers)

    assert status == response.status_code
    told(response)


def test_past_the_limit_there_is_a_problem_and_how_long_to_wait(strict):
    left = [told(strict.get("/sessions"))[2] for _ in range(5)]
    refused = strict.get("/sessions")

    assert left == [4, 3, 2, 1, 0]
    assert refused.status_code == 429
    assert refused.headers["content-type"] == "application/problem+json"
    assert 1 <= int(refused.headers["retry-after"]) <= 61
    assert told(refused) == ("list", 5, 0)
    assert strict.get("/sessions/metrics").status_code == 200  # another class


def test_keys_that_are_none_have_a_limit_of_their_own(strict, monkeypatch):
    monkeypatch.setattr(access, "MISSED_SECONDS", 0)  # a key is known as soon as it is made

    def statuses(count, key):
        headers = {"Authorization": f"Bearer {key}"}
        return [strict.get("/sessions", headers=headers).status_code for _ in range(count)]

    assert statuses(4, "sk_live_000000000000_x") == [401, 401, 429, 429]
    settings = service.current().settings
    _, text = Keys(settings.state).create("A script", list(KeyScope), now=settings.clock())
    assert statuses(1, text) == [200]  # whoever shares the address may go on with a good one


@pytest.mark.parametrize("name", ["X-Forwarded-For", "X-Real-IP", "Forwarded"])
def test_forged_forwarding_headers_gain_nothing(strict, name):
    far = Client(strict.app, peer=("192.0.2.7", 4000))
    answers = [
        far.get("/healthz", headers={name: f"203.0.113.{number % 250}"}).status_code
        for number in range(1000 if IS_SOAK else 50)
    ]

    assert [200] * 4 + [429] * (len(answers) - 4) == answers
