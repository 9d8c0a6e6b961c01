-- client or null: all; list; code's beginning or null; how many at most
select coalesce(k.code, 'everybody') as client, c.list, c.code, o.code as company, c.name,
	to_char(c.valid_from, 'YYYY-MM-DD') as valid_from, to_char(c.valid_to, 'YYYY-MM-DD') as valid_to,
	c.active
from intray.code c left join intray.client k on k.id = c.client
left join intray.company o on o.id = c.company
where ($1::text is null or k.code = $1 or c.client is null) and c.list = $2
	and ($3::text is null or starts_with(c.code, $3))
order by 1, c.code, o.code limit $4::bigint
