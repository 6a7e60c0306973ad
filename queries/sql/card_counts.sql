-- card_counts: what the cards count by channel, status and how many of five moments had come.
-- reads    filtered
-- params   first, second, third, fourth, fifth, after, before, slices, slice_us
-- cells    first, second, third, fourth, fifth, after + slices * slice_us
-- By slice of the range too: null outside of it, and where there are no $slices. The moments are in
-- order: one count by `since`, null without a start, costs less than a count from each moment on.
select
    channel,
    status,
    case
        when $slices > 0 and started_at >= $after and started_at < $before
            then least((epoch_us(started_at) - epoch_us($after)) // $slice_us, $slices - 1)
    end as place,
    case
        when started_at >= $fifth then 5
        when started_at >= $fourth then 4
        when started_at >= $third then 3
        when started_at >= $second then 2
        when started_at >= $first then 1
        when started_at is not null then 0
    end as since,
    count(*) as total
from filtered
group by channel, status, place, since
order by channel, status, place, since
