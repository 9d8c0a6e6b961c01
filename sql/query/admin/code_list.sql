-- client or null: all; list or null: how many each has
select coalesce(k.code, 'everybody') as client, c.list, count(*) as codes,
	count(*) filter (where c.active) as active, min(c.code) as first, max(c.code) as last
from intray.code c left join intray.client k on k.id = c.client
where ($1::text is null or k.code = $1 or c.client is null)
group by 1, 2 order by 1, 2
