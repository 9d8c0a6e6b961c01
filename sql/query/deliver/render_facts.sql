select name, line, value from intray.render_facts($1)
