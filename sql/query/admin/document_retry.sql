select intray.document_retry($1)
