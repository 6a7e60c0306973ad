"""The page of the metrics is what the catalogue says."""

from benchmarks import metrics_page
from queries.catalog import DIMENSIONS, METRICS


def test_the_page_is_up_to_date():
    """Else run `python -m benchmarks.metrics_page`."""
    assert metrics_page.page() == metrics_page.PAGE.read_text(encoding="utf-8")


def test_every_entry_of_the_catalogue_is_on_the_page():
    text = metrics_page.page()

    for metric in METRICS.values():
        assert f"| `{metric.name}` | {metric.label} |" in text
        assert metric.definition in text
        assert f"{metric.sql} as {metric.name}" in text
    for dimension in DIMENSIONS.values():
        assert f"| `{dimension.name}` |" in text
