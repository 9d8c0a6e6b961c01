-- The server process that really answers; a pooler announces another.
select pg_backend_pid()
