select name, checksum from intray.migration order by name
