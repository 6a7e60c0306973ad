"""The REST API: routes, and errors as problems."""
