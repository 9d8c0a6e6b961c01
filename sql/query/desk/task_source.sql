select document, client, type, received_on, structured, type_confidence, fields, findings,
	confirmed, queue, profile, stamp
from intray.task_source($1, $2)
