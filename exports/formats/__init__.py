"""One file a format; the listing is the register."""
