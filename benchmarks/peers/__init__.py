"""Parley beside its peers: the same questions about the same sessions, in one run."""
