-- session_count: how many sessions the filters leave.
-- reads    filtered
-- params
-- cells
select
    count(*) as total
from filtered
