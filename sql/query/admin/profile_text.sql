select p.text from intray.profile p join intray.client c on c.id = p.client
where c.code = $1 and p.type = $2 and p.current
