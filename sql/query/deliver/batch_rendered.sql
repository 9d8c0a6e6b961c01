select intray.batch_rendered($1)
