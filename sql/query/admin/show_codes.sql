select k.role, k.value, k.page from intray.document_code k
where k.document = intray.find_document($1) order by k.role, k.value
