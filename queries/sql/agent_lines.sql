-- agent_lines: the filtered sessions of each agent by slices of their start, in two periods.
-- reads    filtered
-- params   slices, line_after, line_us, before_after, before_us
-- cells    line_after + slices * line_us, before_after + slices * before_us
select
    agent_id,
    started_at < $line_after as is_before,
    least(
        case
            when started_at < $line_after
                then (epoch_us(started_at) - epoch_us($before_after)) // $before_us
            else (epoch_us(started_at) - epoch_us($line_after)) // $line_us
        end,
        $slices - 1
    ) as place,
    count(*) as total
from filtered
where started_at >= $before_after
group by agent_id, is_before, place
order by agent_id, is_before, place
