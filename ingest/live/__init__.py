"""Live events: what may be sent, what follows from it, and taking it into the journal."""
