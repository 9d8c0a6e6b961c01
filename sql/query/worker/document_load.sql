select d.format, d.pages, d.structured, d.type, d.type_confidence
from intray.document d where d.id = $1
