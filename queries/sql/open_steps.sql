-- open_steps: when the filtered sessions open and close at both ends of a period, by stack.
-- reads    filtered
-- params   after, before, held_after, held_before, stacks
with steps as (
    -- Twice the moment since the beginning, and one more for an opening, as in queries/sweep.py.
    select
        coalesce(list_position($stacks, channel), 0) as stack,
        2 * (epoch_us(started_at) - epoch_us($after)) + 1 as step
    from filtered
    where (
            (started_at > $after and started_at < $held_after)
            or (started_at >= $held_before and started_at < $before)
        )
        and (status = 'active' or ended_at > started_at)
    union all
    select
        coalesce(list_position($stacks, channel), 0) as stack,
        2 * (epoch_us(ended_at) - epoch_us($after)) as step
    from filtered
    where (
            (ended_at > $after and ended_at < $held_after)
            or (ended_at >= $held_before and ended_at < $before)
        )
        and status <> 'active'
        and ended_at > started_at
)
select
    stack,
    step
from steps
order by stack, step
