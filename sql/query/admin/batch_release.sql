select intray.batch_release($1::bigint, session_user::text)
