"""A text is parsed once, for whoever asks it."""

from concurrent.futures import ThreadPoolExecutor

import duckdb
import pytest

from queries import parsed
from queries.parsed import Parsed

TEXT = "select count(*) as n, sum(range) as total from range($n) where range not in $left"


class Counted:
    """A cursor that counts what it parses."""

    def __init__(self):
        self.cursor = duckdb.connect()
        self.texts = []

    def extract_statements(self, text):
        self.texts.append(text)
        return self.cursor.extract_statements(text)


def asked(connection, statement, n):
    """Return an answer to TEXT."""
    with connection.cursor() as cursor:
        cursor.begin()
        return cursor.execute(statement, {"n": n, "left": [1, n - 1]}).fetchall()


def test_a_text_that_was_asked_before_is_not_parsed_again():
    cursor, texts = Counted(), Parsed()

    assert texts.of("select 1", cursor) is texts.of("select 1", cursor)
    assert texts.of("select 2", cursor) is not texts.of("select 1", cursor)
    assert cursor.texts == ["select 1", "select 2"]


def test_those_that_were_asked_longest_ago_are_let_go(monkeypatch):
    monkeypatch.setattr(parsed, "_MOST", 2)
    cursor, texts = Counted(), Parsed()

    for number in (1, 2, 1, 3, 1, 2):
        texts.of(f"select {number}", cursor)

    assert cursor.texts == ["select 1", "select 2", "select 3", "select 2"]


def test_many_ask_one_text_with_values_of_their_own_of_several_databases():
    instances = [duckdb.connect() for _ in range(3)]
    statement = Parsed().of(TEXT, instances[0])
    instances.pop(0).close()

    def ask(n):
        return asked(instances[n % 2], statement, n)

    with ThreadPoolExecutor(8) as crowd:
        told = list(crowd.map(ask, range(3, 400)))

    assert told == [[(n - 2, n * (n - 1) // 2 - n)] for n in range(3, 400)]


def test_a_text_that_cannot_be_read_is_told_each_time():
    texts, cursor = Parsed(), duckdb.connect()

    for _ in range(2):
        with pytest.raises(duckdb.ParserException):
            texts.of("select from where", cursor)
