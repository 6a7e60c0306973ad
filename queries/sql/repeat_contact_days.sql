-- repeat_contact_days: repeat_contact, of the cells of lake/contacts.py.
-- reads    filtered
-- params
-- cells
select
    agent_id,
    sum(contacts)::bigint as ended,
    sum(back_24h)::bigint as back_24h,
    sum(back_7d)::bigint as back_7d
from filtered
group by agent_id
having sum(contacts) <> 0
order by ended desc, agent_id
