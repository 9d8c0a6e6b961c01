select intray.document_teach($1, $2, $3::jsonb)
