"""Numbers as the API tells them: each with its words, its n, and the link to its sessions.

They are answers of the same questions as the dashboard's cards and charts; nothing is counted here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from api.rows import moment
from queries import address, comparison, ghosts, intervals, links, metrics, periods, trends
from queries.cards import Card
from queries.catalog import METRICS, named
from queries.engine import Snapshot
from queries.filters import Filters
from queries.intervals import Interval
from queries.periods import Period
from queries.stacks import OTHER
from queries.trends import Series
from queries.where import plain

Row = dict[str, Any]
# What is told of a number that is compared; asked alone it is never approximate.
TOLD = (
    "value", "n", "low", "high", "before", "before_n", "change", "is_uncertain", "is_noise",
)  # fmt: skip
Links = dict[str, str | None]


@dataclass(frozen=True)
class Numbers:
    """The numbers of some filters in one snapshot; `path` is where sessions are listed."""

    filters: Filters
    snapshot: Snapshot
    path: str

    def cards(self, *, has_lines: bool) -> Row:
        """Return the four cards of the dashboard, with the lines in them where they are wanted."""
        ask = metrics.cards if has_lines else metrics.card_numbers
        cards = ask(self.filters, self.snapshot)
        links_ = {"total": self.filters, "active": cards.active.link, "recent": cards.recent.link}
        links_["top_channel"] = cards.top_channel.link
        return {name: self._card(getattr(cards, name), link) for name, link in links_.items()}

    def metrics(self, names: Sequence[str], *, is_compared: bool) -> Row:
        """Return metrics by name, compared with the period before where that is wanted."""
        found = comparison.compared(
            names, self.filters, self.snapshot, with_previous=is_compared
        )  # fmt: skip
        return {
            metric.name: {
                "label": metric.label,
                "definition": metric.definition,
                "unit": metric.unit,
                "good_direction": metric.good_direction,
                "sql": metric.sql,
                **{name: vars(found[metric.name])[name] for name in TOLD},
                "links": self.links(links.behind(metric, self.filters)),
            }
            for metric in named(names)
        }

    def groups(self, by: str, names: Sequence[str], *, is_compared: bool) -> list[Row]:
        """Return metrics of each value of a dimension, most sessions first."""
        earlier = comparison.previous(self.filters, self.snapshot) if is_compared else None
        before = {} if earlier is None else self._by(by, names, earlier)
        return [
            {
                "group": value,
                "metrics": numbers,
                "before": before.get(value),
                "links": self.links(links.part(by, value, self.filters)),
            }
            for value, numbers in self._by(by, names, self.filters).items()
        ]

    def series(
        self, names: Sequence[str], interval: Interval | None, by: str | None, *, is_compared: bool
    ) -> Row:
        """Return metrics by bucket and group, those of the period before, and what to say."""
        chosen = intervals.chosen(self.filters, self.snapshot, interval)
        asked = (names, self.filters, self.snapshot)
        ghost = None
        if is_compared:
            series, ghost = ghosts.with_ghost(*asked, interval=chosen, by=by)
        else:
            series = trends.series(*asked, interval=chosen, by=by)
        return {
            "interval": series.interval,
            "zone": series.zone,
            "note": intervals.note(interval, series.interval),
            "approximate": bool(series.near or (ghost and ghost.near)),
            "buckets": _Placed(self, series, self.filters, by).buckets(names),
            "undated": _Placed(self, series, self.filters, by).undated(names),
            "before": None if ghost is None else self._ghost(ghost, by, names),
        }

    def meta(self, names: Sequence[str]) -> Row:
        """Return what all numbers have in common: the statement, period, zone, moment."""
        text, bound = comparison.question(named(names), self.filters).composed(self.snapshot)
        earlier = comparison.previous(self.filters, self.snapshot)
        before = None if earlier is None else Period(*_bounds(earlier))
        return {
            "as_of": moment(self.snapshot.tick),
            "zone": self.filters.tz or self.snapshot.zone,
            "period": _period(periods.until_tick(self.filters, self.snapshot.tick)),
            "before": _period(before),
            "sql": text,
            "parameters": {name: _shown(value) for name, value in bound.items()},
        }

    def links(self, filters: Filters | None) -> Links:
        """Return the link to the sessions behind a number; null where no filters name them."""
        return {"sessions": None if filters is None else f"{self.path}?{query(filters)}"}

    def _card(self, card: Card, link: Filters | None) -> Row:
        told = {name: value for name, value in vars(card).items() if name != "link"}
        return {**told, "links": self.links(link)}

    def _by(self, by: str, names: Sequence[str], filters: Filters) -> dict[Any, Row]:
        rows = metrics.by(by, filters, self.snapshot)
        return {row[by]: {name: row[name] for name in names} for row in rows.iter_rows(named=True)}

    def _ghost(self, ghost: Series, by: str | None, names: Sequence[str]) -> list[Row]:
        earlier = comparison.previous(self.filters, self.snapshot) or self.filters
        return _Placed(self, ghost, earlier, by).buckets(names)


@dataclass(frozen=True)
class _Placed:
    """The buckets of one series, with links under the filters that it was asked with."""

    numbers: Numbers
    series: Series
    filters: Filters
    by: str | None

    def buckets(self, names: Sequence[str]) -> list[Row]:
        """Return a row for each bucket and group, oldest first."""
        groups = {group: self._query(group) for group in self.series.groups}
        made = self.series.buckets
        starts = [moment(start) for start in made.starts]
        bounds = [_bounded(*made.bounds(place)) for place in range(len(starts))]
        told = []
        for number, row in enumerate(self.series.frame.iter_rows(named=True)):
            place = number // len(groups)
            link = _joined(groups[row["group"]], bounds[place])
            told.append(
                {
                    "starts_at": starts[place],
                    **self._numbers(row, names),
                    "links": {"sessions": link and f"{self.numbers.path}?{link}"},
                }
            )
        return told

    def undated(self, names: Sequence[str]) -> list[Row]:
        """Return a row for each group of the sessions without a start."""
        return [
            {
                "starts_at": None,
                **self._numbers(row, names),
                "links": self.numbers.links(self._undated(row["group"])),
            }
            for row in self.series.undated.iter_rows(named=True)
        ]

    def _group(self, group: str) -> Filters | None:
        if self.by is None:
            return self.filters
        own, snapshot = self.filters, self.numbers.snapshot
        return links.group(self.by, group, own, snapshot, among=self.numbers.filters)

    def _undated(self, group: str) -> Filters | None:
        inside = self._group(group)
        return None if inside is None else links.undated(inside)

    def _query(self, group: str) -> str | None:
        """Return the query of a group in all of its buckets, None where it has none."""
        inside = self._group(group)
        return None if inside is None else query(inside.without("range"))

    def _numbers(self, row: Mapping[str, Any], names: Sequence[str]) -> Row:
        is_other = row["group"] == OTHER
        return {
            "group": None if self.by is None or is_other else row["group"],
            "is_other": is_other,
            "metrics": {name: row[name] for name in names},
            "n": {name: row[f"{name}_n"] for name in names if not METRICS[name].is_count},
        }


def query(filters: Filters) -> str:
    """Return filters as the API reads them."""
    return urlencode(filters.to_query(commas=True))


def _joined(common: str | None, bounds: str) -> str | None:
    """Return a query with the bounds of a bucket."""
    return None if common is None else "&".join(part for part in (common, bounds) if part)


def _bounded(after: datetime | None, before: datetime | None) -> str:
    """Return the bounds of a bucket as a query."""
    told = zip(address.BOUNDS, (after, before), strict=True)
    return urlencode([(name, plain(bound)) for name, bound in told if bound is not None])


def _bounds(filters: Filters) -> tuple[datetime, datetime]:
    return filters.started_after or periods.BEGINNING, filters.started_before or periods.END


def _period(period: Period | None) -> Row | None:
    if period is None:
        return None
    return {"after": moment(period.after), "before": moment(period.before)}


def _shown(value: object) -> object:
    """Return a bound value as JSON has it."""
    if isinstance(value, datetime):
        return moment(value)
    return list(map(_shown, value)) if isinstance(value, tuple) else value
