insert into intray.migration (name, checksum) values ($1, $2)
on conflict (name) do update set checksum = excluded.checksum, applied = now()
