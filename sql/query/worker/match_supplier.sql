select state, supplier, number, name, score, reason, candidates
from intray.document_supplier($1::uuid, $2, $3::jsonb, $4::jsonb)
