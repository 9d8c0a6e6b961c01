select intray.batch_written($1)
