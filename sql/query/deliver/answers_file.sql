select line, what, outcome, problem from intray.answers_file($1, $2, $3, $4)
