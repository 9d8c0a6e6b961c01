select name, xsd from intray.doctype where current order by name
