"""Taking data out: formats that turn frames into bytes, streamed."""
