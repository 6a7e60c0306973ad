-- open_steps: when the filtered sessions open and close at both ends of a period, by stack.
-- reads    filtered
-- params   after, before, held_after, held_before, stacks
with lasting as not materialized (
    select
        coalesce(list_position($stacks, channel), 0) as stack,
        status = 'active' as is_active,
        started_at,
        ended_at
    from filtered
    where status = 'active' or ended_at > started_at
),
steps as (
    -- Twice the moment since the beginning, and one more for an opening, as in queries/sweep.py.
    -- Each range by itself: of several at once no part of a table is known to lie outside.
    select
        stack,
        2 * (epoch_us(started_at) - epoch_us($after)) + 1 as step
    from lasting
    where started_at > $after and started_at < $held_after
    union all
    select
        stack,
        2 * (epoch_us(started_at) - epoch_us($after)) + 1 as step
    from lasting
    where started_at >= $held_before and started_at < $before
    union all
    select
        stack,
        2 * (epoch_us(ended_at) - epoch_us($after)) as step
    from lasting
    where ended_at > $after and ended_at < $held_after and not is_active
    union all
    select
        stack,
        2 * (epoch_us(ended_at) - epoch_us($after)) as step
    from lasting
    where ended_at >= $held_before and ended_at < $before and not is_active
)
select
    stack,
    step
from steps
order by stack, step
