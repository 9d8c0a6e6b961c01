select distinct c.code, b.hash
from (select client, sha256 as hash from intray.drop
	union select client, display from intray.page
	union select client, thumbnail from intray.page) b
join intray.client c on c.id = b.client
where b.hash is not null
order by 1, 2
