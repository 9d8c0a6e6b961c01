select v.revision, v.state, to_char(v.created, 'YYYY-MM-DD HH24:MI:SS') as offered, v.attempts,
	to_char(v.answered, 'YYYY-MM-DD HH24:MI:SS') as answered, v.number, v.class, v.code, v.text,
	array_to_string(v.flags, ' ') as flags, v.sha256
from intray.delivery v where v.document = intray.find_document($1) order by v.revision
