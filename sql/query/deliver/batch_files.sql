select name, mime, sha256, bytes from intray.delivery_file where batch = $1 order by name
