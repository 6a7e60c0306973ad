"""The relations as other programs read them: over the same files, named from the data folder."""

from lake import returns
from lake.index import relation
from lake.instance import quoted
from lake.pairs import PAIRS
from lake.publication import Publication


def selects(publication: Publication) -> dict[str, str]:
    """Return a select for each relation that filters read, for DuckDB in the folder of the data.

    Files that were set aside are not among those that it reads. Raises duckdb.Error.
    """
    folder = quoted(f"{publication.cold.folder}/").removesuffix("'")
    with publication.cursor() as cursor:
        sessions = relation(cursor, "sessions", publication.cold)
    return {
        "sessions": sessions.replace(folder, "'"),
        "pairs": PAIRS,
        "returns": returns.select("sessions"),
    }
