"""What elements were handed in a run of AppTest."""

import json


def drawn(at):
    """Return the data of each element by its name, the last one where there are several."""
    found = {
        element.proto.component_name.removeprefix("parley_"): json.loads(element.proto.json)
        for element in at.get("bidi_component")
    }
    if "table" in found:
        columns = found["table"].pop("columns")
        shown = columns.pop("shown")  # by place, only where there is one
        columns["shown"] = [shown.get(str(place)) for place, _ in enumerate(columns["id"])]
        listed = [
            dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)
        ]
        found["table"]["rows"] = listed
    return found
