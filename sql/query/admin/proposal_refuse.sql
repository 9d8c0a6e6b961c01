select intray.proposal_refuse($1, $2)
