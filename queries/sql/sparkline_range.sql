-- sparkline_range: the filtered sessions by slice of the range, channel and status.
-- reads    filtered
-- params   range_after, range_before, range_us, range_slices
-- cells    range_before, range_after + range_slices * range_us
select
    'range' as line,
    channel,
    status,
    least((epoch_us(started_at) - epoch_us($range_after)) // $range_us, $range_slices - 1) as place,
    0 as closed,
    count(*) as total
from filtered
where started_at >= $range_after and started_at < $range_before
group by all
order by channel, status, place
