"""What axe finds in a page that keeps somebody out."""

from axe_playwright_python.sync_playwright import Axe

# Of what passes nothing is told: to name each element of it took two thirds of the time.
_OPTIONS = {"resultTypes": ["violations"]}


def serious(page, **options):
    """Return the rules that are broken, each with the HTML of where, once the page is settled."""
    page.wait_for_load_state("networkidle")
    found = Axe().run(page, options=_OPTIONS | options).response["violations"]
    return [
        (each["id"], [node["html"][:200] for node in each["nodes"]])
        for each in found
        if each["impact"] in {"serious", "critical"}
    ]
