select desk.release(d.id) from intray.document d
where d.id = case when $1 ~ '^[0-9a-fA-F-]{36}$' then $1::uuid end or d.control_number = upper($1)
