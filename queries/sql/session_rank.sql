-- session_rank: how many filtered sessions come before a place of the list, and the places beside it.
-- reads    filtered
-- params   own
with placed as (
    select
        coalesce(-epoch_us(started_at), 9223372036854775807) as place
    from filtered
)
select
    count(*) as total,
    count(*) filter (where place < $own) as earlier,
    max(place) filter (where place < $own) as place_before,
    min(place) filter (where place > $own) as place_after
from placed
