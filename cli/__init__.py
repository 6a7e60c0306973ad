"""The command line: `python -m cli`, one file a command."""
