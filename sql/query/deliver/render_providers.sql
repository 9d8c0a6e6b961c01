select npi, person, name, taxonomy, street, city, state, zip from intray.render_providers($1)
