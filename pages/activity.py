"""Activity: the events of the filtered sessions; with ?show=errors what made them fail."""

from components import activity_log, boundary, error_list, notices, state, views
from queries import activity, errors, facets
from queries.names import agent_names

VIEWS = (
    views.View("events", "Events", "list_alt"),
    views.View("errors", "Errors", "error"),
)

view, parameters = state.current(), state.parameters()
filters, snapshot = view.filters, view.snapshot
shown, place = views.chosen(VIEWS, parameters), activity_log.place(parameters, view)

notices.show(snapshot.publication, notes=(*view.notes, *place.notes))
views.show(VIEWS, shown, label="What is shown of the activity")
if shown.name == "errors":
    with boundary.Part("The errors"):
        names = agent_names(snapshot, filters.scope)
        error_list.show(errors.anatomy(filters, snapshot), filters, snapshot, names=names)
else:
    with boundary.Part("The events"):
        page = activity.page(filters, snapshot, before=place.before)
        kinds, total = activity.kinds(filters, snapshot), facets.total(filters, snapshot)
        activity_log.show(page, kinds, view, place, total=total)
