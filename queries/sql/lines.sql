-- lines: the filtered sessions of each agent by slices of their start, in two periods.
-- reads    filtered
-- params   slices, step_us, line_after, line_base, line_shift, line_us, before_after, before_base, before_shift, before_us
-- cells    line_starts, before_starts
-- Of errors the same by another `part` (queries/lines.py).
select
    agent_id as part,
    started_at < $line_after as is_before,
    least(
        case
            when started_at < $line_after
                then (
                    (epoch_us(started_at) - epoch_us($before_base)) // $step_us * $step_us
                    + $before_shift
                ) // $before_us
            else (
                (epoch_us(started_at) - epoch_us($line_base)) // $step_us * $step_us
                + $line_shift
            ) // $line_us
        end,
        $slices - 1
    ) as place,
    count(*) as total
from filtered
where started_at >= $before_after
group by part, is_before, place
order by part, is_before, place
