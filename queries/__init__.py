"""Every question that Parley answers: filters, the catalogue of metrics, and their SQL."""
