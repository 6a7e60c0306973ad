"""How large a file will be, from the first of its sessions."""

from typing import NamedTuple

from exports.options import Options
from exports.registry import Format
from queries.export import Export

SAMPLE = 300  # sessions that are written to see how much one takes


class Size(NamedTuple):
    """Sessions and bytes of a file; exact where the sample was all of it."""

    sessions: int
    bytes: int
    is_exact: bool


def size(export: Export, form: Format, options: Options) -> Size:
    """Return the size of a file, as far as its newest sessions tell; raises what reading does."""
    written = 0
    for part in form.write(export, options):
        if export.done >= SAMPLE:
            return Size(export.total, written * export.total // export.done, is_exact=False)
        written += memoryview(part).nbytes
    return Size(export.total, written, is_exact=True)
