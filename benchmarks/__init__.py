"""The speed figures: run by hand on a quiet machine (`make bench`), never by tests."""
