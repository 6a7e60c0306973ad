"""What an export is asked for beside its filters."""

from dataclasses import dataclass

Bytes = bytes | memoryview


@dataclass(frozen=True)
class Options:
    """How the rows are written; formats read over what is not theirs."""

    base_url: str  # what links to sessions begin with, ending in a slash
    metadata_columns: bool = False  # CSV: a column for each metadata key, instead of one of JSON
    has_bom: bool = False  # CSV: the mark by which older versions of Excel know UTF-8
