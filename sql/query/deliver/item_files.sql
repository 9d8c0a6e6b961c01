select name, mime, sha256, bytes from intray.delivery_file
where document = $1 and revision = $2 and format = $3 order by name
