-- session_beside: the filtered sessions beside one in the list; the id orders those of one place.
-- reads    filtered
-- params   session_id, own, place_before, place_after, first_start, last_start
with placed as (
    select
        session_id,
        coalesce(-epoch_us(started_at), 9223372036854775807) as place
    from filtered
    where $first_start is null
        or started_at >= $first_start and started_at <= $last_start
)
select
    count(*) filter (where session_id = $session_id) as is_listed,
    count(*) filter (where place = $own and session_id < $session_id) as earlier,
    coalesce(
        max(session_id) filter (where place = $own and session_id < $session_id),
        max(session_id) filter (where place = $place_before)
    ) as previous_id,
    coalesce(
        min(session_id) filter (where place = $own and session_id > $session_id),
        min(session_id) filter (where place = $place_after)
    ) as next_id
from placed
where place in ($own, $place_before, $place_after)
