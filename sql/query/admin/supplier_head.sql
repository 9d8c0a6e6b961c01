select s.id, s.name, c.code as client from intray.supplier s
join intray.client c on c.id = s.client where s.id = intray.supplier_named($1)
