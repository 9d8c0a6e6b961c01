select name, type, needed, is_key, headings from intray.import_cells($1) order by n
