"""How fast the index answers what Agents, an agent's own page, and Activity ask."""

from datetime import timedelta

from benchmarks.asking import Ask, figures
from queries import activity, agents, errors, lines, metrics, sessions
from queries.activity import Cursor
from queries.engine import Snapshot
from queries.filters import Filters

BOUND = 150  # milliseconds
AGENT = "agt_atlas"  # of the sample data, the one with most sessions

EVER = Filters(tz="Europe/Berlin")
MONTH = Filters.model_validate({"range": "30d", "tz": "Asia/Kolkata"})
OF_ERRORS = Filters.model_validate({"range": "30d", "event": ["error"]})
OWN = EVER.model_copy(update={"agent": (AGENT,)})
OF_PHONE = Filters.model_validate({"channel": ["phone"], "status": ["failed"]})


def run() -> None:
    """Print the figures."""
    figures(QUESTIONS, BOUND)


def _agent(filters: Filters) -> Ask:
    return lambda held: agents.agent(AGENT, filters, held)


def _ago(held: Snapshot) -> Cursor:
    """Return a place of the log that lies a month back."""
    return Cursor(held.tick - timedelta(days=30), "", 0)


def _log(filters: Filters) -> Ask:
    return lambda held: activity.page(filters, held)


QUESTIONS: dict[str, Ask] = {
    "agents": lambda held: agents.table(EVER, held),
    "agents, 30 days": lambda held: agents.table(MONTH, held),
    "all agents together, 30 days": lambda held: agents.overall(MONTH, held),
    "an agent": _agent(EVER),
    "an agent, 30 days": _agent(MONTH),
    "its channels": lambda held: metrics.by("channel", OWN, held),
    "its slices": lambda held: lines.slices(OWN, held),
    "its errors": lambda held: errors.anatomy(OWN, held, most=5),
    "its last sessions": lambda held: sessions.page(OWN, held, size=10),
    "events": _log(EVER),
    "events, 30 days": _log(MONTH),
    "events of errors, 30 days": _log(OF_ERRORS),
    "events of failed calls": _log(OF_PHONE),
    "events, a month further down": lambda held: activity.page(EVER, held, before=_ago(held)),
    "kinds of events": lambda held: activity.kinds(EVER, held),
    "errors": lambda held: errors.anatomy(EVER, held),
    "errors, 30 days": lambda held: errors.anatomy(MONTH, held),
}
