-- first_start: when the first of the filtered sessions starts.
-- reads    filtered
-- params
select
    min(started_at) as first_at
from filtered
order by first_at
