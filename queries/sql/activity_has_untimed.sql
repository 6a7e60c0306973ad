-- activity_has_untimed: whether there are events without a time.
-- reads    events
-- params
select
    count(*) > 0 as has_untimed
from (
    select seq
    from events
    where at_stored is null
    order by seq
    limit 1
) as first_one
