select path, line, raw, value, page, x, y, w, h, source, confidence, accepted, why, alternatives
from intray.field where document = $1 order by position
