-- open_hours: of some groups, the hours in which sessions open or close, before a moment.
-- reads    open_hours
-- params   groups, held_before
select
    no,
    epoch_us(hour_at) as hour_us,
    open,
    peak,
    epoch_us(peak_at) as peak_us,
    stay
from open_hours
where no in $groups
    and hour_at < $held_before
order by no, hour_at
