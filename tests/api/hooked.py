"""A webhook or an alert for each route that is about one."""

from alerts.desk import Desk as AlertDesk
from alerts.wishes import Wish
from hooks.desk import Desk
from lake.hook_types import HookType
from tests.hooks.events import accept, accepted

PERIOD = {"after": "2026-01-01T00:00:00Z", "before": "2026-01-02T00:00:00Z"}
WISH = {"url": "https://93.184.215.14/hook", "types": ["session.failed"]}
ALERT = {"name": "Failures", "metric": "failure_rate", "window": "1h", "condition": "above",
         "threshold": 0.2, "filter": "channel=web"}  # fmt: skip
TRY = {name: value for name, value in ALERT.items() if name != "name"}
BODIES = {
    ("POST", "/sessions/{session_id}/end"): {"status": "failed"},
    ("POST", "/sessions/{session_id}/notes"): {"text": "A note"},
    ("POST", "/sessions/{session_id}/tags"): {"tag": "a tag"},
    ("POST", "/alerts"): ALERT,
    ("POST", "/alerts/backtest"): TRY,
    ("PATCH", "/alerts/{alert_id}"): {"name": "Another"},
    ("POST", "/webhooks"): WISH,
    ("PATCH", "/webhooks/{webhook_id}"): {"description": "Another"},
    ("POST", "/webhooks/{webhook_id}/replay"): PERIOD,
}


def own_webhook(settings, path):
    """Return a path with a webhook that is made for it, and a message of that."""
    subscription, _ = Desk(settings).add(WISH["url"], list(HookType), filter={})
    accept(settings.state, accepted())
    subscription_id = subscription.subscription_id
    (message, *_), _ = Desk(settings).sent(subscription_id)
    return path.format(webhook_id=subscription_id, message_id=message.message_id)


def own_alert(settings, path):
    """Return a path with an alert that is made for it."""
    return path.format(alert_id=AlertDesk(settings).add(Wish(**ALERT)).alert_id)
