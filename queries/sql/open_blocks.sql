-- open_blocks: of some groups, how long how many are open in blocks in which that changes.
-- reads    open_blocks
-- params   groups, held_after, held_before
select
    no,
    open,
    sum(lasts_us)::bigint as lasts_us
from open_blocks
where no in $groups
    and block_at >= $held_after
    and block_at < $held_before
group by no, open
order by no, open
