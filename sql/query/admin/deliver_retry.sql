select intray.deliver_retry($1)
