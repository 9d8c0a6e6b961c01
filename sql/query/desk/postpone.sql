select desk.postpone($1, $2, $3::timestamptz)
