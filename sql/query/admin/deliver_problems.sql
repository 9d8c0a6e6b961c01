select to_char(p.at, 'YYYY-MM-DD HH24:MI') as at, c.code as client, f.name as file, p.line, p.what,
	p.problem
from intray.answer_problem p join intray.client c on c.id = p.client
left join intray.answer_file f on f.id = p.file
where p.at > now() - interval '7 days' and ($1::text is null or c.code = $1)
order by p.id desc limit 50
