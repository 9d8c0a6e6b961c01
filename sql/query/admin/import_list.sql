-- client or null: all; how many at most
select i.id, c.code as client, i.kind, i.source, to_char(i.began at time zone c.time_zone,
	'YYYY-MM-DD HH24:MI') as at, extract(epoch from i.ended - i.began)::integer as took_s, i.rows,
	i.added, i.changed, i.unchanged, i.deactivated, i.refused
from intray.import i join intray.client c on c.id = i.client
where $1::text is null or c.code = $1
order by i.id desc limit $2::bigint
