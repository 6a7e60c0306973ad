"""Finding: what the index keeps so that a text is found without reading every session.

A part of `search` (lake/relations.py) is *usual* where so many sessions have it that most blocks of
sessions do: an agent, a plan, a tag. `usual` has each with its text folded, and `postings` the
sessions of each, in the order of its number. All other text, above all ids, is *rare*: `grams` says
of each block of sessions which grams (lake/grams.py) its rare text has, as rows of bits. A needle
is looked for among the usual texts, and with `contains` in the blocks that have all of its grams.

`finding` has one row where there are enough sessions for all that to be worth it, else none.
"""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from lake import grams, pairs
from lake.grams import Texts
from settings import Settings

BLOCK = 2048  # sessions, as many as DuckDB reads at once; a power of two
PART = 512  # blocks whose bits lie together, and are made in memory: 40 MB
TOGETHER = 16  # rows of bits that are kept as one value
USUAL_BLOCKS = 16  # a text is usual where it would be in one of so many blocks, or in more
SAMPLED = 64  # of so many users one is looked at to know the usual ones

_TABLES = """
create table usual (usual integer, kind varchar, pair integer, told varchar, text varchar);
create table postings (usual integer, session_no integer);
create table grams (part integer, place integer, bits blob using compression uncompressed);
create table finding (
    name varchar, sessions bigint, block integer, part integer, rows integer,
    sums ubigint[]
)
"""
_USUAL = f"""
insert into usual
select row_number() over (order by kind, told, pair), kind, pair, told, lower(told)
from (
    select 'pair' as kind, pair, value as told from pair_names
    where value is not null and n >= greatest($least, {pairs.USUAL})
    union all
    select 'agent', null, agent_name from sessions group by agent_name having count(*) >= $least
    union all
    select 'user', null, user_id from sessions where session_no % {SAMPLED} = 0
    group by user_id having count(*) * {SAMPLED} >= greatest($least, 4 * {SAMPLED})
)
where told is not null
"""
POSTINGS = """
select usual, session_no::integer as session_no from pairs join usual using (pair)
where kind = 'pair'
union all
select usual, session_no::integer from sessions join usual on told = agent_name and kind = 'agent'
union all
select usual, session_no::integer from sessions join usual on told = user_id and kind = 'user'
"""
_RARE = """
select session_no, lower({text}) as told from {table}
where session_no > $after and session_no <= $until and {text} is not null{more}
order by session_no
"""
_UNUSUAL = " and {text} not in (select {own} from usual where kind = '{kind}')"
_RARES = (
    _RARE.format(text="session_id", table="sessions", more=""),
    _RARE.format(text="external_id", table="sessions", more=""),
    *(
        _RARE.format(text=text, table=table, more=_UNUSUAL.format(text=by, own=own, kind=kind))
        for text, table, by, own, kind in (
            ("agent_name", "sessions", "agent_name", "told", "agent"),
            ("user_id", "sessions", "user_id", "told", "user"),
            ("value", "pairs", "pair", "pair", "pair"),
        )
    ),
)
_SUMS = """[
    (select bit_xor(hash(part, place, bits)) from grams),
    (select bit_xor(hash(usual, session_no)) from postings),
    (select bit_xor(hash(usual, text)) from usual)
]"""

# `sql()`, which DuckDB proposes instead, is no faster here: what is copied is text of ids.
warnings.filterwarnings("ignore", "Arrow output on a DB-API result", UserWarning)

Bits = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Finds:
    """What is known of the tables: each index has a `name` of its own."""

    name: str
    sessions: int
    block: int
    part: int
    rows: int  # of grams of five
    usual: tuple[tuple[int, str], ...] = field(default=(), compare=False)  # and their texts

    def holding(self, needle: str) -> tuple[int, ...]:
        """Return the usual texts that hold a text, which is folded as they are."""
        return tuple(usual for usual, text in self.usual if needle in text)


def build(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Make the tables; needs `sessions`, `pairs`, `pair_names`. Empty where these are few."""
    connection.execute(_TABLES)
    total = connection.execute("select count(*) from sessions").fetchall()[0][0]
    if total < settings.cube_sessions:
        return
    least = max(total // (USUAL_BLOCKS * BLOCK), 2)
    connection.execute(_USUAL, {"least": least})
    connection.execute(f"insert into postings {POSTINGS} order by usual, session_no")
    rows = _room(connection, min(total, PART * BLOCK))
    connection.execute(
        "insert into finding (name, sessions, block, part, rows) "
        "values (uuid()::varchar, $sessions, $block, $part, $rows)",
        {"sessions": total, "block": BLOCK, "part": PART, "rows": rows},
    )
    finds = known(connection)
    for part, made in enumerate(_parts(connection, finds) if finds else ()):
        connection.register("made", made)
        connection.execute(f"insert into grams select {part}, place, bits from made order by place")
        connection.unregister("made")
    connection.execute(f"update finding set sums = {_SUMS}")


def known(connection: duckdb.DuckDBPyConnection) -> Finds | None:
    """Return what there is to know of the tables; None where they are empty."""
    told = connection.execute("select name, sessions, block, part, rows from finding").fetchall()
    if not told:
        return None
    usual = connection.execute("select usual, text from usual order by usual").fetchall()
    name, sessions, block, part, rows = told[0]
    return Finds(name, sessions, block, part, rows, tuple(usual))


def _room(connection: duckdb.DuckDBPyConnection, sessions: int) -> int:
    """Return how many rows grams of five have, by the rare text of the first sessions."""
    length = 0
    for rare in _RARES:
        summed = f"select coalesce(sum(strlen(told)), 0)::bigint from ({rare})"
        bound = {"after": 0, "until": sessions}
        length += connection.execute(summed, bound).fetchall()[0][0]
    return grams.room(length, -(-sessions // BLOCK))


def _parts(connection: duckdb.DuckDBPyConnection, finds: Finds) -> Iterator[pa.Table]:
    """Yield the bits of each part: `place` and the bits of as many rows as lie together."""
    for after in range(0, finds.sessions, finds.part * finds.block):
        blocks = -(-min(finds.sessions - after, finds.part * finds.block) // finds.block)
        held: Bits = np.zeros((-(-blocks // 8), grams.height(finds.rows)), np.uint8)
        for rare in _RARES:
            _hold(connection, rare, held, (after, blocks, finds))
        width = held.shape[0] * TOGETHER
        data = np.ascontiguousarray(held.T)
        count = data.size // width
        bits = pa.FixedSizeBinaryArray.from_buffers(
            pa.binary(width), count, [None, pa.py_buffer(data)]
        )
        places = pa.array(np.arange(count, dtype=np.int32))
        yield pa.table({"place": places, "bits": bits.cast(pa.binary())})


def _hold(
    connection: duckdb.DuckDBPyConnection, rare: str, held: Bits, where: tuple[int, int, Finds]
) -> None:
    """Set the bits of one kind of rare text; bit b of byte n is that of block 8 n + b."""
    after, blocks, finds = where
    bound = {"after": after, "until": after + blocks * finds.block}
    found: pa.Table = connection.execute(rare, bound).to_arrow_table()
    numbers = found.column("session_no").to_numpy()
    lasts = after + np.arange(1, blocks + 1) * finds.block
    edges = np.searchsorted(numbers, lasts, side="right")
    for place, texts in enumerate(Texts.of(found.column("told")).parts(edges)):
        held[place // 8, texts.rows(finds.rows)] |= np.uint8(1 << place % 8)


def is_off(connection: duckdb.DuckDBPyConnection) -> bool:
    """Return whether the tables are not as they were built, without making them again."""
    told = connection.execute(f"select sums is distinct from {_SUMS} from finding").fetchall()
    return told == [(True,)]


def wrong(connection: duckdb.DuckDBPyConnection) -> int:
    """Return how many bits, postings and texts differ from the sessions: all are made again."""
    finds = known(connection)
    if finds is None:
        return 0
    found = 0
    for part, made in enumerate(_parts(connection, finds)):
        connection.register("made", made)
        found += connection.execute(
            f"select count(*) from made full join (select * from grams where part = {part}) "
            "as held using (place) where made.bits is distinct from held.bits"
        ).fetchall()[0][0]
        connection.unregister("made")
    differing = f"""
        select count(*) from (
            (select * from postings except all ({POSTINGS}))
            union all
            (({POSTINGS}) except all select * from postings)
        )"""
    unlike = "select count(*) from usual where text is distinct from lower(told)"
    for each in (differing, unlike):
        found += connection.execute(each).fetchall()[0][0]
    return found
