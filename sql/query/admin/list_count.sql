select count(*)
from intray.document d join intray.client c on c.id = d.client
where ($1::text is null or c.code = $1) and ($2::text is null or d.state = $2)
	and ($3::text is null or d.type = $3)
	and ($4::text is null or d.arrived >= $4::timestamptz)
	and ($5::text is null
		or d.drop in (select id from intray.drop where position(convert_to($5, 'UTF8') in name) > 0))
