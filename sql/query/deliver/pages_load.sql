select p.words, dp.position, p.display, p.display_mime, p.display_width, p.display_height,
	p.thumbnail, p.thumbnail_mime, p.thumbnail_width, p.thumbnail_height,
	dp.rotation
from intray.document_page dp
join intray.page p on p.drop = dp.drop and p.number = dp.number
where dp.document = $1 and not dp.dropped and dp.position between $2 and $3
order by dp.position
