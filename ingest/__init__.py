"""Getting conversations in: formats, what follows from them, and the import into the lake."""

from ingest.registry import FORMATS

__all__ = ["FORMATS"]
