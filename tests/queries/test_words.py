"""What a whole word is: the same to DuckDB and to Python, for every character there is."""

import sys

import pyarrow as pa
import pytest

from queries.snippets import AFTER, BEFORE, places, snippet
from queries.words import edges, is_of_word, is_whole

CHARACTERS = [chr(code) for code in range(1, sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF]


@pytest.fixture(scope="module")
def cursor(publications):
    """DuckDB with a table of all characters."""
    with publications["index"].cursor() as cursor:
        cursor.register("characters", pa.table({"each": CHARACTERS}))
        yield cursor


def test_duckdb_and_python_agree_on_every_character_of_a_word(cursor):
    ahead, behind = edges("q")
    found = cursor.execute(
        "select each, regexp_matches(each || 'q', $ahead || 'q' || $behind), "
        "regexp_matches('q' || each, $ahead || 'q' || $behind) from characters",
        {"ahead": ahead, "behind": behind},
    ).fetchall()

    wrong = [c for c, before, after in found if (before, after) != (not is_of_word(c),) * 2]
    assert [] == [c for c in wrong if c != "q"]


def test_folding_puts_one_character_in_the_place_of_one(cursor):
    """So that a place in the folded text is the same place in the text."""
    assert (
        []
        == cursor.execute(
            "select each from characters where length(lower(each)) <> 1 "
            "or length(lower(each || 'X' || each)) <> 3"
        ).fetchall()
    )


def test_folding_never_makes_a_character_one_of_a_word_or_takes_it_out(cursor):
    folded = cursor.execute("select each, lower(each) from characters").fetchall()

    assert [] == [c for c, lower in folded if is_of_word(c) != is_of_word(lower)]


@pytest.mark.parametrize(
    ("content", "text", "found"),
    [
        ("refund, refunds", "refund", [0]),
        ("re-fund", "fund", [3]),
        ("re_fund", "fund", []),
        ("refund2 refund", "refund", [8]),
        ("नमस्ते", "नम", []),  # a mark goes on with the word
        ("c++ c+++", "c++", [0, 4]),  # its end is no character of a word
        ("cc++", "c++", []),
        ("東京都", "東京", []),
        ("no no no", "no", [0, 3, 6]),
        ("nono no", "no", [5]),
        ("aaaa", "aa", []),
        ("a" * 40, "a" * 40, [0]),
    ],
)
def test_a_word_is_whole_where_neither_end_goes_on(content, text, found):
    assert found == list(places(content, text, whole_word=True))
    assert all(is_whole(content, at, at + len(text)) for at in found)


def test_matches_do_not_overlap():
    assert [0, 2] == list(places("aaaaa", "aa", whole_word=False))


def test_a_snippet_is_cut_at_spaces_that_are_near():
    content = " ".join(["before"] * 40 + ["HERE"] + ["after"] * 60)
    found = snippet(content, content.lower(), "here", whole_word=True)

    assert ("HERE", 1, True, True) == (
        found.match, found.count, found.is_cut_before, found.is_cut_after,
    )  # fmt: skip
    assert {"before"} == set(found.before.split())
    assert {"after"} == set(found.after.split())
    assert BEFORE - 15 <= len(found.before) <= BEFORE
    assert AFTER - 15 <= len(found.after) <= AFTER


def test_a_cut_takes_no_word_or_two_away():
    content = f"I {'b' * BEFORE}here{'a' * AFTER} end"
    found = snippet(content, content, "here", whole_word=False)

    assert content == found.before + found.match + found.after


def test_a_short_message_is_shown_whole():
    found = snippet("I want a refund.", "i want a refund.", "refund", whole_word=False)

    assert ("I want a ", "refund", ".", False, False, 1) == (
        found.before, found.match, found.after, found.is_cut_before, found.is_cut_after,
        found.count,
    )  # fmt: skip
