-- open_levels: of some groups, for how long how many are open in hours in which that changes.
-- reads    open_levels
-- params   groups, held_after, held_before
select
    no,
    open,
    sum(lasts_us)::bigint as lasts_us
from open_levels
where no in $groups
    and hour_at >= $held_after
    and hour_at < $held_before
group by no, open
order by no, open
