select name, value from intray.render_exchange($1)
