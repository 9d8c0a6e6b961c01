-- Another client's reference does not count: stores are apart.
select not exists (select from intray.drop d where d.client = c.id and d.sha256 = h.hash)
	and not exists (select from intray.page p where p.client = c.id and p.display = h.hash)
	and not exists (select from intray.page p where p.client = c.id and p.thumbnail = h.hash)
from unnest($2::text[]) with ordinality as h (hash, n)
left join intray.client c on c.code = $1
order by h.n
