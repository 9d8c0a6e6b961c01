select intray.proposal_accept($1, $2)
