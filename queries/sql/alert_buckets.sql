-- alert_buckets: the filtered sessions by equal steps since a moment: those that count, and all.
-- reads    filtered
-- params   first_after, step_us
select
    (epoch_us(started_at) - epoch_us($first_after)) // $step_us as place,
    count(*) as hits,
    count(*) as total
from filtered
group by place
order by place
