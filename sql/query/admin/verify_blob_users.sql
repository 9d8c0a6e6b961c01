select d.control_number
from intray.document d join intray.client c on c.id = d.client
join intray.drop o on o.id = d.drop
where c.code = $1 and (o.sha256 = $2 or exists (select from intray.page p
	where p.drop = o.id and (p.display = $2 or p.thumbnail = $2)))
order by 1 limit 5
