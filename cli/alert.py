"""`python -m cli alert`: numbers that are watched; a running server looks and tells."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated
from urllib.parse import urlencode

import typer
from rich.console import Console
from rich.table import Column, Table

import settings as settings_module
from alerts import wishes
from alerts.desk import Desk
from alerts.wishes import DATED, Wish
from cli.export import EPILOG, SETTINGS, read
from lake import standing
from lake.alert_rows import Alert
from lake.publication import Publication
from queries import backtest, engine
from queries.backtest import Backtest
from queries.catalog import METRICS, Unit
from queries.rules import Condition, Rule, Window, compared

app = typer.Typer(
    name="alert", pretty_exceptions_enable=False, add_completion=False, no_args_is_help=True
)

BY = "the command line"
_COLUMNS = [Column(name, overflow="fold") for name in ("name", "state", "rule", "filter", "last",
                                                       "since", "error")]  # fmt: skip

AlertId = Annotated[str, typer.Argument(help="The id of an alert, as `list` shows it.")]
Name = Annotated[str, typer.Argument(help="What it is called.")]
Metric = Annotated[str, typer.Argument(help=f"One of {', '.join(METRICS)}.")]
Is = Annotated[Condition, typer.Argument(help="Above or below, or up or down as a change.")]
Threshold = Annotated[
    float, typer.Argument(help="Sessions, milliseconds, or a part of one: 0.05 is 5 %.")
]
Over = Annotated[Window, typer.Option("--window", help="Over how long, up to now.")]
Resolve = Annotated[float | None, typer.Option(help="Where it is resolved; usually a tenth off.")]
Least = Annotated[int | None, typer.Option(help="About fewer sessions it says nothing.")]
Link = Annotated[str, typer.Option(help="A link of the dashboard; its filters are taken.")]


@app.callback()
def run() -> None:
    """Watch numbers: rules, how they stand, and what they would have done."""


@app.command("add", context_settings=SETTINGS, epilog=EPILOG)
def add(
    ctx: typer.Context, name: Name, metric: Metric, condition: Is, threshold: Threshold, *,
    window: Over = Window.HOUR, resolve: Resolve = None, least: Least = None, link: Link = "",
) -> None:  # fmt: skip
    """Make an alert, such as: add Failures failure_rate above 0.05 --window 6h --channel web."""
    filters = read(link, ctx.args)
    if link:  # of a link the range is left out, where it is typed it is refused
        filters = filters if _is_dated(ctx.args) else filters.without("range")
    text = urlencode(filters.to_query())
    wish = Wish(name, metric, window, condition, threshold, text, resolve, least)
    print(f"The alert {_desk().add(wish).alert_id} is made; a running server looks at it.")


@app.command("list")
def listed() -> None:
    """Show all alerts and how they stand."""
    table = Table(Column("id", no_wrap=True), *_COLUMNS)
    for found in _desk().listed():
        kept, seen = found.rule, found.seen
        table.add_row(
            found.alert_id, kept.name, found.state, _rule(found), kept.filter,
            "" if seen is None else f"{_number(seen.value, kept.metric)} (n = {seen.n})",
            "" if found.since is None else f"{found.since:%Y-%m-%d %H:%M:%S} UTC", found.error,
        )  # fmt: skip
    Console(highlight=False, markup=False).print(table)


@app.command("remove")
def remove(alert_id: AlertId) -> None:
    """Forget an alert with its history; one that fires is resolved."""
    _desk().remove(alert_id)
    print(f"The alert {alert_id} is removed.")


@app.command("test")
def test(alert_id: AlertId) -> None:
    """Show when an alert would have fired in the last 30 days; exit code 1 where it would now."""
    kept = _desk().one(alert_id)
    rule = wishes.rule(kept.rule, kept.agents)
    found = _tried(rule)
    console = Console(highlight=False, markup=False)
    days = "30 days" if found.days > backtest.BACK.days - 1 else f"{found.days:.1f} days of data"
    count = len(found.firings)
    times = "once" if count == 1 else f"{count} times"
    console.print(f"It would have fired {times} in the last {days}.")
    for firing in found.firings:
        last = "now" if firing.last is None else f"{found.ends[firing.last]:%Y-%m-%d %H:%M} UTC"
        reading = found.readings[firing.first]
        metric = "" if rule.condition.is_change else rule.metric.name
        console.print(
            f"{found.ends[firing.first]:%Y-%m-%d %H:%M} UTC until {last}: "
            f"{_number(compared(rule, reading), metric)} (n = {reading.n})"
        )
    if found.firings and found.firings[-1].last is None:
        raise typer.Exit(1)


class _Held:
    """A lake that shows one publication."""

    def __init__(self, publication: Publication) -> None:
        self._publication = publication

    @contextmanager
    def lease(self) -> Iterator[Publication]:
        """Hold it open; whoever has opened it closes it."""
        yield self._publication


def _tried(rule: Rule) -> Backtest:
    """Return the back-test over the stored files, beside a running server or without one."""
    settings = settings_module.current()
    with (
        standing.published(settings) as publication,
        engine.running(_Held(publication), settings),
        engine.snapshot() as snapshot,
    ):
        return backtest.backtest(rule, snapshot)


def _desk() -> Desk:
    return Desk(settings_module.current(), by=BY)


def _is_dated(words: list[str]) -> bool:
    """Return whether a range was typed, which no alert has."""
    names = {word.partition("=")[0].removeprefix("--").replace("-", "_") for word in words}
    return bool(names & {*DATED})


def _rule(found: Alert) -> str:
    kept = found.rule
    metric = "" if kept.condition in (Condition.UP, Condition.DOWN) else kept.metric
    least = f", n >= {kept.least}" if kept.least else ""
    return (
        f"{kept.metric} over {kept.window} {kept.condition} {_number(kept.threshold, metric)}, "
        f"resolved at {_number(kept.resolve, metric)}{least}"
    )


def _number(value: float | None, metric: str) -> str:
    """Return a number in the words of its metric; of none a change, which is a part of one."""
    if value is None:
        return "none"
    known = METRICS.get(metric)
    unit = Unit.RATE if known is None else known.unit
    if unit is Unit.RATE:
        return f"{value:.1%}"
    return f"{value:,.0f} ms" if unit is Unit.MILLISECONDS else f"{value:,.6g}"
