"""`python -m cli formats`: what can be imported."""

from rich.console import Console
from rich.table import Table

from ingest import FORMATS


def run() -> None:
    """List the import formats; each is recognised by its content, also inside .gz and .zip."""
    table = Table("Name", "What it is", "Usual suffix", box=None, pad_edge=False)
    for found in FORMATS.values():
        table.add_row(found.name, found.title, " ".join(found.suffixes))
    Console(highlight=False).print(table)
