"""Moving sealed sessions: which, into which files, and what a running server shows meanwhile."""

import threading
from datetime import timedelta

import pytest

from errors import ReadOnlyLakeError, WriterBusyError
from lake import cold, compactor, standing
from lake.building import Building
from lake.compacting import Compacting
from lake.journal import Journal
from lake.lock import Lock
from lake.publication import Shelf
from lake.refusals import OvertakenError
from lake.serving import Lake
from lake.tail import Tail
from lake.writer import Writer
from tests.lake.lakes import batch, ids, recalling, settle, write
from tests.lake.test_live import NOW, accept, conversation, event, opened


def at(settings, *, hours=0.0, **options):
    """Return the settings as they are so many hours after NOW."""
    return settings.model_copy(update={"now": NOW + timedelta(hours=hours), **options})


def files(settings, table="sessions"):
    return [file.period for file in cold.read(settings.data.resolve()).files[table]]


def left(settings):
    """Return the ids in the journal that no commit holds."""
    journal = Journal(settings.state)
    with journal.reading() as reading:
        position = cold.read(settings.data.resolve()).manifest
        found = reading.changed(0, 0 if position is None else position.journal_position)
    journal.close()
    return sorted(held.session_id for held in found)


def test_only_what_has_ended_and_is_quiet_for_an_hour_moves(own_settings):
    accept(at(own_settings), conversation("done", 0, NOW) + conversation("open", 10, NOW)[:-1])
    assert compactor.run(at(own_settings, hours=0.9)).moved == 0
    assert compactor.run(at(own_settings, hours=1.1)).moved == 1
    assert left(own_settings) == ["open"]
    assert compactor.run(at(own_settings, hours=30)).moved == 0


def test_who_says_nothing_for_a_day_is_marked_and_never_closed(own_settings):
    accept(at(own_settings), conversation("open", 0, NOW)[:-1])
    assert compactor.run(at(own_settings, hours=23)).stale == 0
    assert compactor.run(at(own_settings, hours=25)).stale == 1
    assert compactor.run(at(own_settings, hours=26)).stale == 0
    journal = Journal(own_settings.state)

    def row():
        with journal.reading() as reading:
            return reading.held(["open"])["open"].row

    assert '"stale":["true"]' in row()[19]
    assert row()[7] == "active"
    more = event(9, "message.created", "open", NOW, sender="user", content="I am back")
    accept(at(own_settings, hours=27), [more])
    assert "stale" not in row()[19]
    journal.close()


def test_hourly_files_come_beside_the_month_and_are_one_at_night(own_settings):
    write(own_settings, batch(range(1, 9), first=NOW - timedelta(days=9)))
    before = files(own_settings)
    for number in range(3):
        accept(at(own_settings), conversation(f"live{number}", number * 10, NOW))
        compactor.run(at(own_settings, hours=2))
    assert files(own_settings).count("2026-11") == before.count("2026-11") + 3
    compactor.run(at(own_settings, hours=2), is_nightly=True)
    assert sorted(files(own_settings)) == sorted(set(files(own_settings)))


def test_a_late_change_waits_for_the_night(own_settings):
    write(own_settings, batch(range(1, 9)))
    late = event(1, "message.created", "s3", NOW, sender="user", content="One thing more")
    accept(at(own_settings), [late], recalling(own_settings))
    assert compactor.run(at(own_settings, hours=2)).moved == 0
    assert compactor.run(at(own_settings, hours=2), is_nightly=True).moved == 1
    assert left(own_settings) == []


def test_what_is_told_late_of_a_moved_session_stays_when_it_has_moved_again(own_settings):
    """Also what changes nothing but when it was last heard of, and an agent nobody had named."""
    accept(at(own_settings), [event(1, "session.ended", "s", NOW)])
    for _ in range(2):  # the second time the journal lets go
        compactor.run(at(own_settings, hours=2))
    later = NOW + timedelta(minutes=5)
    late = [event(2, "session.started", "s", NOW - timedelta(minutes=9), agent_id="billing"),
            event(3, "session.updated", "s", later)]  # fmt: skip
    accept(at(own_settings), late[:1], recalling(own_settings))
    for _ in range(2):
        compactor.run(at(own_settings, hours=2), is_nightly=True)
    assert shown(own_settings, "agent_id", "agent_name") == [("billing", "billing")]
    accept(at(own_settings), late[1:], recalling(own_settings))
    compactor.run(at(own_settings, hours=2), is_nightly=True)
    assert left(own_settings) == []
    assert shown(own_settings, "updated_at") == [(later.replace(tzinfo=None),)]


def shown(settings, *columns):
    with standing.published(settings) as publication, publication.cursor() as cursor:
        return cursor.execute(f"select {', '.join(columns)} from sessions").fetchall()


def test_one_leader_at_a_time_and_none_beside_an_import(own_settings):
    accept(at(own_settings), conversation("done", 0, NOW))
    with Lock(own_settings.state / ".compacting", "It"), pytest.raises(WriterBusyError):
        compactor.run(at(own_settings, hours=2))
    with Writer(own_settings), pytest.raises(WriterBusyError):
        compactor.run(at(own_settings, hours=2))
    assert compactor.run(at(own_settings, hours=2)).moved == 1


def test_a_folder_that_is_only_read_is_left_alone(own_settings, tmp_path):
    accept(at(own_settings), conversation("done", 0, NOW))
    (own_settings.data / "sessions").mkdir(parents=True)
    (own_settings.data / "sessions" / "a.parquet").write_bytes(b"PAR1PAR1")
    with pytest.raises(ReadOnlyLakeError):
        compactor.run(at(own_settings, hours=2))


def test_a_running_server_shows_the_same_before_while_and_after(own_settings):
    """The child is the server's own; the index goes on answering until the next one is built."""
    write(own_settings, batch(range(1, 9)))
    accept(own_settings, conversation("live", 0, NOW) + conversation("open", 10, NOW)[:-1])
    moving = own_settings.model_copy(update={"seal_minutes": 0.0})
    with Lake(moving) as lake:
        settle(lake)
        with lake.lease() as publication:
            before = ids(publication)
        assert {"live", "open"} < set(before)
        compacting = Compacting(moving)
        assert compacting.run() == 0
        kinds = set()

        def is_moved(publication):
            kinds.add(publication.kind)
            assert ids(publication) == before
            return publication.cold_position > 0

        settle(lake, is_moved)
        assert kinds == {"index"}
        with lake.lease() as publication:
            assert publication.live is not None, "one goes on"


@pytest.mark.parametrize("has_seen", [False, True])
def test_a_journal_that_has_let_go_of_what_a_commit_does_not_hold_is_not_read(
    own_settings, has_seen
):
    write(own_settings, batch(range(1, 9)))
    own = at(own_settings, seal_minutes=0.0)
    accept(own, conversation("first", 0, NOW))
    base, journal = opened(own, "parquet"), Journal(own.state)
    tail = Tail(base, journal)
    if has_seen:
        assert "first" in ids(tail.newest())
    accept(own, conversation("second", 10, NOW))
    compactor.run(own)
    if has_seen:
        assert "second" in ids(tail.newest())  # the next run lets go of it
    compactor.run(own)
    accept(own, conversation("third", 20, NOW))

    if has_seen:
        assert {"first", "second", "third"} <= {*ids(tail.newest())}
    else:
        with pytest.raises(OvertakenError):
            tail.newest()
    journal.close()
    base.instance.retire()


def test_an_index_that_was_built_while_sessions_moved_does_not_show_the_past(
    own_settings, monkeypatch
):
    write(own_settings, batch(range(1, 9)))
    own = at(own_settings, seal_minutes=0.0)
    build, put = Building.build, Shelf.put
    moved, shown = threading.Event(), []

    def slowly(building, state, **given):
        is_built = build(building, state, **given)
        if not moved.is_set():
            accept(own, conversation("live", 0, NOW))
            for _ in range(2):
                compactor.run(own)
            moved.set()
        return is_built

    def watched(shelf, publication):
        if publication is not None and moved.is_set():
            shown.append("live" in ids(publication))
        put(shelf, publication)

    monkeypatch.setattr(Building, "build", slowly)
    monkeypatch.setattr(Shelf, "put", watched)
    with Lake(own) as lake:
        settle(lake, lambda found: found.kind == "index" and found.cold_position > 0)
    assert len(shown) > 0
    assert all(shown)
