select intray.client_named($1)
