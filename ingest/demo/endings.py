"""The blocks that no language has: how sessions are connected, break, and end."""

from ingest.demo.script import Block, Step
from models import Channel, EventKind, SessionType

_TRANSPORTS = {
    Channel.WEB: ("websocket", '{"client":"web","version":"5.{nights}"}'),
    Channel.PHONE: ("pstn", '{"trunk":"trunk-{nights}","codec":"opus"}'),
    Channel.TELEGRAM: ("telegram", '{"update":"{req}"}'),
    Channel.WHATSAPP: ("whatsapp", '{"conversation":"wamid.{req}"}'),
    Channel.MOBILE_SDK: ("sdk", '{"client":"ios","version":"3.{nights}.0"}'),
    Channel.SIP: ("sip", '{"call_id":"{req}@sip.example","codec":"g722"}'),
}

# Where errors come from, each with its code and its text.
_TOOLS = (
    ("tool_timeout", "The tool call {req} timed out after {ms} ms"),
    ("upstream_unavailable", "503 Service Unavailable from inventory-api (trace {req})"),
    ("model_rate_limited", "Rate limit of model lumen-2 reached, retry after {nights} s"),
    ("model_timeout", "The model did not answer within {ms} ms"),
    ("database_unavailable", 'Connection to "orders" lost: server closed it (request {req})'),
)
ERRORS = {
    "tools": _TOOLS,
    "messaging": (
        *_TOOLS,
        ("delivery_rejected", "The messaging provider rejected message {req} with status 429"),
        ("delivery_rejected", "The messaging provider rejected message {req} with status 429"),
    ),
    "voice": (
        _TOOLS[0],
        _TOOLS[3],
        ("sip_503", "SIP 503 Service Unavailable from trunk-{nights} (call {req})"),
        ("recognizer_lost", "Speech recognition stream {req} closed after {ms} ms"),
        ("rtp_timeout", "No audio packets for {ms} ms"),
    ),
    "video": (
        _TOOLS[3],
        ("ice_failed", "ICE connection failed for peer {req}"),
        ("media_timeout", "No video frames for {ms} ms"),
    ),
    "incident": (
        (
            "payment_provider_timeout",
            "Payment provider Paylane did not answer within 30000 ms (charge ch_{req})",
        ),
    ),
}

# Every way to end: the status it ends with, and who ended it.
ENDINGS = (
    ("completed", "user"),
    ("completed", "agent"),
    ("failed", "system"),
    ("cancelled", "user"),
    ("cancelled", "agent"),
    ("cancelled", "system"),
)
_IDLE_WAIT = 600_000  # the system ends a session after ten quiet minutes


def connected(channel: Channel, kind: SessionType) -> Block:
    """Return how a session opens; a video one also shares its screen."""
    name, detail = _TRANSPORTS[channel]
    opening = Step(EventKind.CONNECTED, (detail,), name, wait=0)
    if kind is SessionType.VIDEO:
        return opening, Step(EventKind.CUSTOM, ("",), "screen_shared")
    return (opening,)


def error(code: str, text: str) -> Block:
    """Return the event of an error."""
    return (Step(EventKind.ERROR, (text,), code),)


def ending(status: str, reason: str) -> Block:
    """Return the last two events of a session."""
    wait = _IDLE_WAIT if (status, reason) == ("cancelled", "system") else 300
    detail = f'{{"from":"active","to":"{status}"}}'
    return (
        Step(EventKind.STATUS_CHANGED, (detail,), status, wait=wait),
        Step(EventKind.DISCONNECTED, ("",), reason, wait=1_200),
    )
