select supplier, site, name, seen, shared, strong, prints, items
from intray.supplier_candidates($1::uuid, $2, $3::jsonb)
