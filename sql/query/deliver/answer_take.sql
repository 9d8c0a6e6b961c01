select intray.answer_take($1, $2, $3)
