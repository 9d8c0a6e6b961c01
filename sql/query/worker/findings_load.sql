select code, kind, severity, array_to_string(fields, ' '), text
from intray.finding where document = $1 order by position, id
