"""Where data lives: cold tables, their manifest, the index, and what is published from them."""
