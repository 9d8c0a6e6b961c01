-- kind; client or null: all; words in it or null; how many at most
select client, key, text, active from intray.master_rows($1, $2, $3, $4::bigint)
