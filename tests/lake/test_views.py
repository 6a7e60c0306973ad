"""The file of saved views: whole changes, many writers, limits, damage."""

import sqlite3
import subprocess
import sys
import threading

import pytest

from lake import views as storage
from lake.view_refusals import ViewRefusedError, ViewsError
from lake.views import MOST, NAME, NAME_LENGTH, QUERY_LENGTH, VERSION, StoredView, Views
from settings import ROOT


@pytest.fixture
def views(tmp_path):
    return Views(tmp_path / "state")


def names(views):
    return [view.name for view in views.all()]


def test_without_a_file_there_are_no_views_and_none_is_made(views, tmp_path):
    assert () == views.all()
    assert not (tmp_path / "state").exists()


def test_views_are_listed_by_name_whatever_its_case(views):
    for name in ("Zebra", "apple", "Berlin", "Äpfel"):
        views.save(name, "", "q=x")

    assert ["apple", "Berlin", "Zebra", "Äpfel"] == names(views)


def test_a_view_of_the_same_name_is_replaced_and_stays_the_default(views):
    views.save("Failed", "", "status=failed")
    views.make_default("Failed")
    views.save("Failed", "search", "status=failed&find=refund")

    assert (StoredView("Failed", "search", "status=failed&find=refund", True),) == views.all()


def test_one_view_is_the_default_at_most(views):
    for name in ("a", "b"):
        views.save(name, "", "")
        views.make_default(name)
    assert ["b"] == [view.name for view in views.all() if view.is_default]
    views.make_default("nothing of this name")

    assert [] == [view.name for view in views.all() if view.is_default]


def test_no_view_may_be_the_default(views):
    views.save("a", "", "")
    views.make_default("a")
    views.make_default(None)

    assert [False] == [view.is_default for view in views.all()]


def test_a_deleted_view_is_gone_and_may_be_deleted_again(views):
    views.save("a", "", "")
    views.delete("a")
    views.delete("a")

    assert () == views.all()


SAVING = """
import os, sys
from pathlib import Path
from lake.views import Views
Views(Path(sys.argv[1])).save("kept", "", "q=1")
os._exit(1)
"""


def test_views_survive_the_death_of_the_process_that_saved_them(tmp_path):
    subprocess.run([sys.executable, "-c", SAVING, str(tmp_path)], cwd=ROOT, check=False)

    assert ["kept"] == names(Views(tmp_path))


def test_as_many_as_may_be_are_saved_and_no_more(views, monkeypatch):
    monkeypatch.setattr(storage, "MOST", 3)
    for number in range(3):
        views.save(f"v{number}", "", "")
    with pytest.raises(ViewRefusedError, match="3 views already"):
        views.save("one more", "", "")
    views.save("v1", "", "changed=1")

    assert 3 == len(views.all()) < MOST


@pytest.mark.parametrize(
    ("name", "query"), [("", ""), ("n" * (NAME_LENGTH + 1), ""), ("n", "q" * (QUERY_LENGTH + 1))]
)
def test_what_is_too_long_or_nothing_is_refused(views, name, query):
    with pytest.raises(ViewRefusedError):
        views.save(name, "", query)

    assert () == views.all()


def test_many_write_at_once_and_nothing_is_lost(tmp_path):
    views = Views(tmp_path)

    def write(writer):
        for number in range(10):
            views.save(f"{writer}-{number}", "", f"q={number}")
            views.make_default(f"{writer}-{number}")
            if number % 2:
                views.delete(f"{writer}-{number}")

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(f"{w}-{n}" for w in range(8) for n in range(0, 10, 2)) == sorted(names(views))
    assert sum(view.is_default for view in views.all()) <= 1


def garbage(path):
    path.write_bytes(b"this is no database " * 500)


def cut(path):
    path.write_bytes(path.read_bytes()[:5000])


@pytest.mark.parametrize("damage", [garbage, cut])
def test_a_damaged_file_is_set_aside_and_a_new_one_begun(views, tmp_path, damage):
    path = tmp_path / "state" / NAME
    for number in range(200):
        views.save(f"view {number}", "", "q=" + "x" * 100)
    damage(path)
    before = path.read_bytes()
    threads = [threading.Thread(target=views.all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert () == views.all()
    assert before == views.set_aside.read_bytes()
    assert 1 == len(list(path.parent.glob(f"{NAME}.damaged-*")))
    views.save("new", "", "")
    assert ["new"] == names(views)


def test_a_file_of_a_later_version_is_left_alone(views, tmp_path):
    views.save("a", "", "")
    with sqlite3.connect(tmp_path / "state" / NAME) as file:
        file.execute(f"pragma user_version = {VERSION + 1}")
    file.close()
    for use in (views.all, lambda: views.save("b", "", ""), lambda: views.delete("a")):
        with pytest.raises(ViewsError, match="later version"):
            use()


def test_a_file_of_somebody_else_is_left_alone(views, tmp_path):
    path = tmp_path / "state" / NAME
    path.parent.mkdir()
    with sqlite3.connect(path) as file:
        file.execute("create table theirs (a)")
    file.close()
    with pytest.raises(ViewsError, match="something else"):
        views.save("a", "", "")


def test_a_folder_in_the_place_of_the_file_is_told(views, tmp_path):
    (tmp_path / "state" / NAME).mkdir(parents=True)
    with pytest.raises(ViewsError, match="cannot be used"):
        views.all()


def test_while_somebody_writes_for_long_others_read_and_are_told_when_they_cannot_write(
    views, tmp_path, monkeypatch
):
    monkeypatch.setattr(storage, "WAIT_SECONDS", 0.05)
    views.save("a", "", "")
    with sqlite3.connect(tmp_path / "state" / NAME, isolation_level=None) as other:
        other.execute("begin immediate")
        assert ["a"] == names(views)
        with pytest.raises(ViewsError, match="locked"):
            views.save("b", "", "")
        other.execute("rollback")
    other.close()
    views.save("b", "", "")

    assert ["a", "b"] == names(views)
