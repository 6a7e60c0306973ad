-- alert_windows: a number over windows of equal length that begin in equal steps since a moment.
-- reads    filtered
-- params   first_after, step_us, many
with placed as (
    -- A session lies in as many windows as steps make one; place 0 begins at the moment.
    select
        *,
        (epoch_us(started_at) - epoch_us($first_after)) // $step_us as step
    from filtered
),
spread as (
    select
        *,
        unnest(range(greatest(step - $many + 1, 0), step + 1)) as place
    from placed
)
select
    place,
    count(*) as value,
    count(*) as total
from spread
group by place
order by place
