-- session_edge: the start of the last session of a page, newest first; no row beyond the end.
-- reads    filtered
-- params   last
select
    started_at
from filtered
order by started_at desc nulls last
limit 1 offset $last
