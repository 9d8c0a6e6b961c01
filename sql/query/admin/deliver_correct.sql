select intray.deliver_correct($1, $2)
