"""How fast alerts are looked at and tried over 30 days, at a million sessions."""

from benchmarks.asking import Ask, figures
from queries import backtest
from queries.catalog import METRICS
from queries.filters import Filters
from queries.rules import Condition, Rule, Window

ANEW = 1500  # milliseconds


def run() -> None:
    """Print the figures."""
    figures(QUESTIONS, ANEW)


def _rule(
    metric: str, window: Window, condition: Condition = Condition.ABOVE, **query: str
) -> Rule:
    filters, _ = Filters.from_query({name: [value] for name, value in query.items()}, strict=True)
    return Rule(METRICS[metric], filters, window, condition, 0.1, 0.1, 30)


def _look(rule: Rule) -> Ask:
    return lambda held: backtest.read(rule, held)


def _try(rule: Rule) -> Ask:
    return lambda held: backtest.backtest(rule, held)


_TRIED = ("failed", "failure_rate", "duration_p95", "messages_per_session")

QUESTIONS: dict[str, Ask] = {
    "look at a rate of an hour": _look(_rule("failure_rate", Window.HOUR)),
    "look at a rate of a week, as a change": _look(
        _rule("failure_rate", Window.WEEK, Condition.UP)
    ),
    **{f"try {metric}, 5 min": _try(_rule(metric, Window.MINUTES_5)) for metric in _TRIED},
    **{f"try {metric}, 24 h": _try(_rule(metric, Window.DAY)) for metric in _TRIED},
    "try duration_p95, 7 d, as a change": _try(_rule("duration_p95", Window.WEEK, Condition.UP)),
    "try failure_rate, 1 h, web and plan": _try(
        _rule("failure_rate", Window.HOUR, channel="web", metadata="plan=pro")
    ),
}
