select intray.page_words($1, $2)
