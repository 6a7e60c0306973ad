"""How a message is signed: the Standard Webhooks scheme, by its own library.

HMAC-SHA256 of `{id}.{timestamp}.{body}` with each secret that signs now, newest first.
https://www.standardwebhooks.com
"""

from collections.abc import Sequence
from datetime import datetime

from standardwebhooks import Webhook


def headers(message_id: str, body: str, secrets: Sequence[str], now: datetime) -> dict[str, str]:
    """Return the three headers of an attempt; `now` is aware, and is the attempt's own."""
    signatures = [Webhook(secret).sign(message_id, now, body) for secret in secrets]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
