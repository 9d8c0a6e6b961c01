select state, company, code, name, score, reason, candidates
from intray.document_company($1::uuid, $2, $3::jsonb)
