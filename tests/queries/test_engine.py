"""The engine: deadlines, one question for many who ask, what is remembered and under which key."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import duckdb
import pytest

from errors import (
    BusyError,
    DamagedFileError,
    NotReadyError,
    QuestionMemoryError,
    QuestionTimeoutError,
)
from queries import engine, sessions
from queries.filters import Filters, Scope
from queries.statement import Statement
from settings import Settings
from tests.queries import world

ENDLESS = Statement("endless", "select sum(hash(a.range) % 7) from range(1000000000000) a")
ONE = Statement("one", "select 1 as one")
NOW = Statement("now", "select $now as now")


class Counted:
    """A publication in memory that counts its cursors, and may be slow or broken."""

    def __init__(self, name="p"):
        self.name = self.settled_name = name
        self.horizon = self.cubes = None
        self.connection = duckdb.connect()
        self.connection.execute("create table sessions (session_id varchar, agent_id varchar)")
        self.connection.execute("insert into sessions values ('1', 'a'), ('2', 'b')")
        self.cursors = 0
        self.reported = []
        self.asked = threading.Event()
        self.gate = threading.Event()
        self.gate.set()

    def cursor(self):
        self.cursors += 1
        self.asked.set()
        assert self.gate.wait(10)
        return self.connection.cursor()

    def trust(self, table, started_at):
        pass

    def report_damage(self, error):
        self.reported.append(error)


class Lent:
    def __init__(self, publication):
        self.publication = publication
        self.leases = 0

    @contextmanager
    def lease(self):
        self.leases += 1
        yield self.publication
        self.leases -= 1


@pytest.fixture
def lake():
    lake = Lent(Counted())
    yield lake
    engine.stop()
    lake.publication.connection.close()


def started(lake, **options):
    engine.start(lake, Settings(**{"now": world.NOW, "zone": "UTC", **options}))
    return lake.publication


def ask(statement=ONE, filters=Filters(), **given):  # noqa: B008  filters are frozen
    with engine.snapshot() as snapshot:
        return engine.fetch(statement, filters, snapshot, **given)


def test_a_late_question_is_stopped_and_the_next_one_works(lake):
    started(lake, query_seconds=0.05)

    for _ in range(3):
        with pytest.raises(QuestionTimeoutError):
            ask(ENDLESS)
        assert 1 == ask().item()


def test_many_late_questions_are_all_stopped(lake):
    started(lake, query_seconds=0.05)

    def late(number):
        with pytest.raises(QuestionTimeoutError):
            ask(Statement("endless", f"{ENDLESS.text} where a.range > {number}"))
        return ask().item()

    with ThreadPoolExecutor(8) as pool:
        assert [1] * 8 == list(pool.map(late, range(8)))


def test_remembered_answers_and_who_joins_a_question_need_no_place(lake):
    publication = started(lake, questions_at_once=1, questions_waiting=0)
    assert 1 == ask().item()
    publication.asked.clear()
    publication.gate.clear()
    with ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(ask, NOW) for _ in range(3)]
        assert publication.asked.wait(10)
        assert 1 == ask().item()
        with pytest.raises(BusyError):
            ask(Statement("two", "select 2 as two"))
        publication.gate.set()
        assert [world.TICK.replace(tzinfo=None)] * 3 == [each.result(10).item() for each in asked]


@pytest.mark.parametrize("text", [ENDLESS.text, "select error('x')", "select nothing"])
def test_a_question_without_an_answer_gives_its_place_back(lake, text):
    """The one place, and nobody may wait for it: stopped, failed, or not even understood."""
    started(lake, query_seconds=0.05, questions_at_once=1, questions_waiting=0)

    for _ in range(3):
        with pytest.raises((QuestionTimeoutError, DamagedFileError, duckdb.Error)):
            ask(Statement("broken", text))
        assert 1 == ask(NOW).shape[0]


def test_a_deadline_counts_from_when_the_question_runs(lake):
    """Three in a row, each of which is stopped by its own: no other waits in vain."""
    started(lake, query_seconds=0.3, questions_at_once=1)

    def late(number):
        with pytest.raises(QuestionTimeoutError):
            ask(Statement("endless", f"{ENDLESS.text} where a.range > {number}"))

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(late, number) for number in range(3)]
        answered = pool.submit(ask)
        assert [None] * 3 == [each.result(30) for each in asked]
        assert 1 == answered.result(30).item()


def test_stopping_the_engine_sends_away_who_waits(lake):
    publication = started(lake, query_seconds=60, questions_at_once=1)
    with ThreadPoolExecutor(2) as pool:
        running = pool.submit(ask, ENDLESS)
        assert publication.asked.wait(10)
        waiting = pool.submit(ask, Statement("endless", f"{ENDLESS.text} where a.range > 1"))
        engine.stop()
        for each in (running, waiting):
            with pytest.raises(NotReadyError):
                each.result(30)


def test_stopping_the_engine_stops_what_runs(lake):
    publication = started(lake, query_seconds=60)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(ask, ENDLESS)
        assert publication.asked.wait(10)
        engine.stop()
        with pytest.raises(NotReadyError):
            running.result(30)


def test_eight_who_ask_the_same_at_once_are_answered_by_one_question(lake):
    publication = started(lake)
    publication.gate.clear()
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(ask) for _ in range(8)]
        publication.gate.set()
        answers = [each.result(10) for each in asked]

    assert 1 == publication.cursors
    assert all(answer is answers[0] for answer in answers)


def test_an_error_reaches_all_who_wait_and_is_not_remembered(lake):
    publication = started(lake)
    publication.gate.clear()
    broken = Statement("broken", "select error('x') as one")
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(ask, broken) for _ in range(8)]
        publication.gate.set()
        errors = [each.exception(10) for each in asked]

    assert all(isinstance(error, duckdb.Error | DamagedFileError) for error in errors)
    before = publication.cursors
    with pytest.raises((duckdb.Error, DamagedFileError)):
        ask(broken)
    assert before + 1 == publication.cursors


def test_each_thread_gets_its_own_rows(lake):
    """One connection shared by threads gives wrong rows; a cursor each does not."""
    started(lake, cache_mb=0)
    text = "select range + $first as number from range(20000) order by number"
    many = Statement("many", text)

    def right(first):
        numbers = ask(many, first=first)["number"]
        return numbers.to_list() == list(range(first, first + 20000))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(right, range(0, 64_000, 1000)))


def test_the_same_question_is_asked_once_and_another_scope_or_state_anew(lake):
    publication = started(lake)
    rows = Statement("rows", "select agent_id from filtered order by agent_id")

    assert [("a",), ("b",)] == ask(rows).rows() == ask(rows).rows()
    assert 1 == publication.cursors
    for agents in ({"a"}, {"b"}, set()):
        scoped = Filters(scope=Scope(frozenset(agents)))
        assert sorted(agents) == ask(rows, scoped)["agent_id"].to_list()
    assert 4 == publication.cursors
    publication.connection.execute("insert into sessions values ('3', 'c')")
    assert 2 == len(ask(rows))
    publication.name = "q"
    assert 3 == len(ask(rows))


def test_the_tick_is_part_of_the_key_only_where_the_clock_matters(lake):
    publication = started(lake)
    ask()
    ask(NOW)
    assert 2 == publication.cursors

    with engine.snapshot() as snapshot:
        later = engine.Snapshot(publication, snapshot.tick.replace(minute=1), "UTC")
    engine.fetch(ONE, Filters(), later)
    assert 2 == publication.cursors
    assert later.tick.replace(tzinfo=None) == engine.fetch(NOW, Filters(), later).item()


def test_the_oldest_answers_leave_when_there_is_no_room(lake):
    publication = started(lake, cache_mb=1)
    large = Statement("large", "select range + $first as n from range(60000)")  # 480 kB
    for first in (1, 2, 3):
        ask(large, first=first)
    ask(large, first=3)
    assert 3 == publication.cursors
    ask(large, first=1)
    assert 4 == publication.cursors


def test_an_answer_larger_than_the_cache_is_given_and_not_kept(lake):
    publication = started(lake, cache_mb=1)
    huge = Statement("huge", "select range as n from range(500000)")

    assert 500_000 == len(ask(huge)) == len(ask(huge))
    assert 2 == publication.cursors


def test_a_file_that_cannot_be_read_is_reported(lake, tmp_path):
    publication = started(lake)
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 garbage PAR1")
    for name in ("bad", "missing"):
        text = "select * from read_parquet($path)"
        with pytest.raises(DamagedFileError):
            ask(Statement("bad", text), path=str(tmp_path / f"{name}.parquet"))

    assert 2 == len(publication.reported)


def test_a_question_that_needs_too_much_memory_says_so(lake):
    publication = started(lake)
    publication.connection.execute("set memory_limit = '20MB'; set temp_directory = ''")
    large = Statement("large", "select hash(range)::varchar as n from range(5000000) order by n")

    with pytest.raises(QuestionMemoryError):
        ask(large)
    assert 1 == ask().item()
    assert not publication.reported


def test_snapshots_nest_and_are_given_back(lake):
    started(lake)
    with engine.snapshot() as outer, engine.snapshot() as inner:
        assert 2 == lake.leases
        assert outer == inner
        assert world.TICK == outer.tick
        assert "p~20261102T120000" == outer.name
    assert 0 == lake.leases


def test_nothing_answers_before_the_start_and_after_the_stop(lake):
    for _ in range(2):
        engine.stop()
        with pytest.raises(NotReadyError):
            ask()
        started(lake)
        assert 1 == ask().item()


def test_a_frame_that_a_caller_changes_stays_as_it_was_for_the_others(snapshot):
    page = sessions.page(Filters(), snapshot)
    before = page["session_id"].to_list()
    page.with_columns(session_id=None).drop_in_place("session_id")

    assert before == sessions.page(Filters(), snapshot)["session_id"].to_list()
