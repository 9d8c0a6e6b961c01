-- Nobody waits until it is on disk: that is some milliseconds later (wal_writer_delay), and a page
-- that is still there has it all anyway. What is handed in is waited for.
select jsonb_build_object('outcome', desk.save_draft($1, $2::jsonb, $3::jsonb))
from set_config('synchronous_commit', 'off', true)
