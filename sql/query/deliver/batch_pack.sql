select batch, name, to_char(created at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), is_rendered
from intray.batch_pack($1, $2, $3)
