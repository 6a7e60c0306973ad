"""How messages of a subscription stand, and what has been counted of attempts."""

from collections import Counter

from prometheus_client.parser import text_string_to_metric_families

import observed
from lake.deliveries import MessageState

DELIVERED, GIVEN_UP, WAITING = (
    MessageState.DELIVERED, MessageState.GIVEN_UP, MessageState.WAITING,
)  # fmt: skip


def states(desk, subscription_id):
    return [message.state for message in desk.sent(subscription_id)[0]]


def are(desk, subscription_id, *wanted):
    return lambda: states(desk, subscription_id) == list(wanted)


def attempts():
    """Return how many attempts have been counted, by what they came to."""
    found = text_string_to_metric_families(observed.written().decode())
    counted = (each.samples for each in found if each.name == "parley_webhook_attempts")
    return Counter({one.labels["outcome"]: int(one.value) for each in counted for one in each
                    if one.name.endswith("_total")})  # fmt: skip
