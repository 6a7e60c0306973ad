-- list_bounds: the numbers between which the sessions lie that start in a period, newest first.
-- reads    scoped
-- params   after, before
select
    coalesce(min(session_no), 1) as least,
    coalesce(max(session_no), 0) as most
from scoped
where started_at >= $after and started_at < $before
order by least
