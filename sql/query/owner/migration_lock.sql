-- "intray" in ASCII; held until the connection ends.
select pg_advisory_lock(x'696e74726179'::bigint)
