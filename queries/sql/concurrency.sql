-- concurrency: when the filtered sessions open and close within a period, by stack.
-- reads    filtered
-- params   after, before, stacks
with lasting as (
    -- From the start to the end, which is not included; an active one beyond the period.
    select
        coalesce(list_position($stacks, channel), 0) as stack,
        epoch_us(started_at) - epoch_us($after) as opened_us,
        epoch_us(
            case when status = 'active' then $before else least(ended_at, $before) end
        ) - epoch_us($after) as closed_us
    from filtered
    where started_at < $before
        and (status = 'active' or (ended_at > $after and ended_at > started_at))
)
select
    stack,
    opened_us,
    closed_us
from lasting
order by stack, opened_us, closed_us
