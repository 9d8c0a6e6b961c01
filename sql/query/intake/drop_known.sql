select coalesce(sha256, '') from intray.drop where id = $1
