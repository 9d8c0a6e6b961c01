select intray.deliver_withdraw($1, $2)
