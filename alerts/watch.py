"""Who looks: a thread that asks for the number of each rule, and writes down what has happened.

One rule after the other, so that pages hardly notice; one whose question fails says so beside it,
and the others go on. How a rule stands is kept, so that a restart fires nothing twice.
"""

import logging
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from datetime import timedelta

import observed
from alerts import news, telling, wishes
from errors import NotReadyError, ParleyError, StateError
from lake import alert_events, alert_rows
from lake.alert_file import connected, exists
from lake.alert_rows import Alert, AlertEvent, Seen
from lake.hook_file import writing
from observed import Look
from queries import backtest, engine
from queries.engine import Snapshot
from queries.rules import following
from settings import Settings

log = logging.getLogger("parley.alerts")

ASKING = "alerts"  # what asks, among the metrics of the program


class Watch:
    """Looks at the rules of one state folder while it runs."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._is_over = threading.Event()
        self._asking = ThreadPoolExecutor(1, "alert")  # whatever is raised there ends nobody
        self._thread = threading.Thread(target=self._run, name="alerts", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Stop after the rule that is looked at."""
        self._is_over.set()
        self._thread.join()
        self._asking.shutdown()

    def _run(self) -> None:
        observed.FROM.set(ASKING)
        while not self._is_over.is_set():
            try:
                self.look()
            except NotReadyError:
                pass  # the program begins or ends
            except StateError as error:
                log.warning("alerts rest: %s", error.sentence)
            self._is_over.wait(self._settings.alert_seconds)

    def look(self) -> None:
        """Look at each rule once; raises NotReadyError, StateError."""
        if not exists(self._settings.state):
            return
        with connected(self._settings.state) as connection, engine.snapshot() as snapshot:
            for alert in alert_rows.read(connection):
                if self._is_over.is_set():
                    return
                if alert.is_enabled:
                    self._look_at(connection, alert, snapshot)
            days = timedelta(days=self._settings.alert_days)
            with writing(connection):
                alert_events.forget(connection, snapshot.tick - days)
            observed.ALERTS_FIRING.set(
                sum(each.firing_id is not None for each in alert_rows.read(connection))
            )

    def _look_at(self, connection: sqlite3.Connection, alert: Alert, snapshot: Snapshot) -> None:
        """Ask for the number of a rule and write down what comes of it."""
        found = self._asking.submit(copy_context().run, _found, alert, snapshot)
        error = found.exception()
        if isinstance(error, NotReadyError):
            raise error
        if error is not None:
            _complain(alert, error)
            with writing(connection):
                alert_events.failed(connection, alert, _words(error))
            return
        seen, is_firing = found.result()
        observed.alert_look(Look.ANSWERED)
        body = telling.body(self._settings.page_url)
        with writing(connection):
            event = alert_events.noted(connection, alert, seen, body, is_firing=is_firing)
        if event is not None:
            _tell(event)


def _found(alert: Alert, snapshot: Snapshot) -> tuple[Seen, bool]:
    """Return what is found at the tick, and whether the alert fires by that."""
    rule = wishes.rule(alert.rule, alert.agents)
    reading = backtest.read(rule, snapshot)
    is_firing = following(rule, reading, is_firing=alert.firing_id is not None)
    seen = Seen(snapshot.tick, reading.value, reading.n, reading.was, reading.was_n)
    return seen, is_firing


def _complain(alert: Alert, error: BaseException) -> None:
    """Count and log that a rule has no number; an error of ours may quote somebody."""
    observed.alert_look(Look.FAILED)
    trace = None if isinstance(error, ParleyError) else error
    log.warning(
        "the alert %s has no number: %s", alert.alert_id, type(error).__name__, exc_info=trace
    )


def _words(error: BaseException) -> str:
    return error.sentence if isinstance(error, ParleyError) else "The question failed."


def _tell(event: AlertEvent) -> None:
    """Count what has happened and have open pages look; webhooks have been told."""
    observed.alert_event(event.kind)
    log.info("the alert %s: %s", event.alert_id, event.kind)
    news.happened()


@contextmanager
def running(settings: Settings) -> Iterator[Watch]:
    """Have the rules looked at while the block runs."""
    watch = Watch(settings)
    watch.start()
    try:
        yield watch
    finally:
        watch.stop()
