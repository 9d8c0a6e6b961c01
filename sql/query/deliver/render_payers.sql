select carrier, name, id, filing, street, city, state, zip from intray.render_payers($1)
