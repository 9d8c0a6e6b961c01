select code, kind, severity, array_to_string(fields, ' ') as fields, text, confirmed
from intray.finding where document = intray.find_document($1) order by position, id
