-- error_lines: the failed ones of the filtered sessions by error and slices of their start.
-- reads    filtered
-- params   keys, slices, step_us, line_after, line_base, line_shift, line_us, before_after, before_base, before_shift, before_us
select
    coalesce(error_key, '') as error_key,
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
where status = 'failed'
    and started_at >= $before_after
    and coalesce(error_key, '') in $keys
group by 1, is_before, place
order by 1, is_before, place
