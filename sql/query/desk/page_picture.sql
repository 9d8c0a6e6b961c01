select client, blob, mime from intray.page_picture($1, $2, $3)
