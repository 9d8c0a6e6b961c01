select convert_from(xsd, 'UTF8') as xsd from intray.doctype where name = $1 and current
