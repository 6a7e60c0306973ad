"""One file a format: NAME, TITLE, SUFFIXES, recognises(head), read(source, options)."""
