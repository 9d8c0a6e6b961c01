select document, client, type, received_on, structured, type_confidence, fields, findings, confirmed
from intray.field_source($1, $2)
