select intray.document_reject($1, $2)
