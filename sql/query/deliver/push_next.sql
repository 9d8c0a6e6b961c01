select i.document, i.revision, i.control_number, i.type, i.action, i.replaces, i.replaces_number,
	i.received_on, i.flags, i.sum, i.currency, i.sha256, i.bytes
from intray.push_next($1) i
