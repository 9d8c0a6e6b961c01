select intray.file_freeze($1, $2, $3, $4, $5, $6, $7)
