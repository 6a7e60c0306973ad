-- session_place: a number that orders the sessions as the list does, newest first, of one of them.
-- reads    scoped
-- params   session_id, own_start
select
    coalesce(-epoch_us(started_at), 9223372036854775807) as place
from scoped
where session_id = $session_id
    and (started_at = $own_start or $own_start is null)
order by place
