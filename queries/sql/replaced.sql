-- replaced: the numbers of stored sessions in whose place live ones are read.
-- reads    replaced
-- params
select
    session_no
from replaced
order by session_no
