select coalesce(string_agg(name || ' ' || version, ' ' order by name), '')
from intray.doctype where current
