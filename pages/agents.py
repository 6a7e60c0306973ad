"""Agents: a table of all; one that is chosen alone has the page for itself."""

from components import agent_view, agents_table, boundary, error_list, notices, session_table, state
from queries import agents, errors, facets, lines, metrics, sessions
from queries.names import agent_names

LAST, ERRORS = 10, 5  # sessions and errors of one agent

view = state.current()
filters, snapshot = view.filters, view.snapshot
sort, wrong = agents_table.sort(state.parameters())

notices.show(snapshot.publication, notes=(*view.notes, *wrong))
if len(filters.agent) == 1:
    with boundary.Part("The agent"):
        agent = agents.agent(filters.agent[0], filters, snapshot)
        channels = metrics.by("channel", filters, snapshot)
        agent_view.show(agent, channels, lines.slices(filters, snapshot), view)
    with boundary.Part("Its errors"):
        names = agent_names(snapshot, filters.scope)
        found = errors.anatomy(filters, snapshot, most=ERRORS)
        error_list.show(found, filters, snapshot, names=names, label="Errors of this agent")
    with boundary.Part("Its sessions"):
        total = facets.total(filters, snapshot)
        rows = sessions.page(filters, snapshot, size=LAST, sort=view.place.sort)
        session_table.show(rows, view, total=total, listed="agent")
else:
    with agents_table.slot(), boundary.Part("The agents"):
        rows = agents.table(filters, snapshot, sort=sort)
        agents_table.show(rows, agents.overall(filters, snapshot), view, sort=sort)
