-- session_start: the start of the one session of this id; no row where there is none.
-- reads    ids
-- params   session_id
select
    started_at
from ids
where session_id = $session_id
order by started_at
