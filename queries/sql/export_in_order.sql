-- export_in_order: whether the filtered sessions of a slice lie in their files newest first.
-- reads    filtered
-- params   slice_first, slice_last
with beside as (
    -- Without an order of its own lag() tells the row before as it is read.
    select
        started_at,
        session_id,
        lag(started_at) over () as started_before,
        lag(session_id) over () as id_before
    from filtered
    where started_at >= $slice_first and started_at <= $slice_last
)
select
    count(*) filter (where id_before is not null and not coalesce(
        started_at < started_before
        or (started_at = started_before and session_id > id_before),
        started_at is null and started_before is null and session_id > id_before
    )) = 0 as is_in_order
from beside
