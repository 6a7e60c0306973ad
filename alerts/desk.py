"""What people and scripts do with alerts: one place for the page, the API and the command line.

Whoever sees some agents only sees the alerts that are about no others; all others are absent.
"""

from dataclasses import dataclass, replace

from alerts import news, telling, wishes
from alerts.wishes import Wish
from lake.alert_refusals import AlertNotFoundError
from lake.alert_rows import Alert, AlertEvent, StoredRule
from lake.alerts import Alerts
from queries.rules import Rule
from settings import Settings

HERE = "the page"


@dataclass(frozen=True)
class Change:
    """What is to be another way; None stays as it is."""

    name: str | None = None
    metric: str | None = None
    filter: str | None = None
    window: str | None = None
    condition: str | None = None
    threshold: float | None = None
    resolve: float | None = None
    least: int | None = None
    is_enabled: bool | None = None


class Desk:
    """The alerts of one state folder, as somebody sees them; `agents` None sees all."""

    def __init__(
        self, settings: Settings, agents: frozenset[str] | None = None, by: str = HERE
    ) -> None:
        """`by` is who asks, in words; the maker of what is made."""
        self._settings = settings
        self._agents = agents
        self._by = by
        self._kept = Alerts(settings.state, telling.body(settings.page_url))

    def listed(self) -> list[Alert]:
        """Return the alerts that may be seen, newest first; raises StateError."""
        return [each for each in self._kept.listed() if self._sees(each)]

    def firing(self) -> list[Alert]:
        """Return those of them that fire now."""
        return [each for each in self.listed() if each.state == "firing"]

    def one(self, alert_id: str) -> Alert:
        """Return one; raises AlertNotFoundError, StateError."""
        found = self._kept.one(alert_id)
        if not self._sees(found):
            raise AlertNotFoundError
        return found

    def rule(self, wish: Wish) -> Rule:
        """Return what a wish means, without keeping it; raises AlertRefusedError, FilterError."""
        return wishes.rule(wishes.stored(wish), self._agents)

    def add(self, wish: Wish) -> Alert:
        """Make one; raises AlertRefusedError, FilterError, StateError."""
        now = self._settings.clock()
        return self._kept.add(wishes.stored(wish), now=now, by=self._by, agents=self._agents)

    def change(self, alert_id: str, change: Change) -> Alert:
        """Change one; what fires by the rule before is resolved. Raises as `add`."""
        found, now = self.one(alert_id), self._settings.clock()
        if replace(change, is_enabled=None) != Change():
            rule = wishes.stored(_changed(found.rule, change))
            if rule != found.rule:
                found = self._told(found, self._kept.change(alert_id, rule, now=now))
        if change.is_enabled is not None:
            turned = self._kept.enable(alert_id, now=now, is_enabled=change.is_enabled)
            found = self._told(found, turned)
        return found

    def remove(self, alert_id: str) -> None:
        """Forget one with its history; what fires is resolved."""
        found = self.one(alert_id)
        self._kept.remove(alert_id, now=self._settings.clock())
        if found.firing_id is not None:
            news.happened()

    def history(
        self, alert_id: str | None = None, *, offset: int = 0, limit: int = 50
    ) -> tuple[list[AlertEvent], int]:
        """Return what has happened to one, or to all that may be seen, and how much in all."""
        seen = self.listed() if alert_id is None else [self.one(alert_id)]
        return self._kept.history([each.alert_id for each in seen], offset=offset, limit=limit)

    def _told(self, before: Alert, after: Alert) -> Alert:
        """Return an alert after a change; pages look anew where that has resolved it."""
        if before.firing_id != after.firing_id:
            news.happened()
        return after

    def _sees(self, alert: Alert) -> bool:
        if self._agents is None:
            return True
        return alert.agents is not None and alert.agents <= self._agents


def wish_of(kept: StoredRule) -> Wish:
    """Return what a kept rule was asked for with."""
    return Wish(
        kept.name, kept.metric, kept.window, kept.condition, kept.threshold, kept.filter,
        kept.resolve, kept.least,
    )  # fmt: skip


def _changed(kept: StoredRule, change: Change) -> Wish:
    """Return the wish with some parts another way.

    Where the threshold moves and nothing is said of where it is resolved, that is the usual again.
    """
    told = {name: value for name, value in vars(change).items() if value is not None}
    told.pop("is_enabled", None)
    moved = {"metric", "condition", "threshold"} & {*told}
    usual = {"resolve": None} if moved else {}
    return replace(wish_of(kept), **{**usual, **told})
