select client, blob, mime, page_width, x, y, w, h from intray.snippet_source($1, $2)
