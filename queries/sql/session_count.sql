-- session_count: how many sessions the filters leave.
-- reads    filtered
-- params
select
    count(*) as total
from filtered
