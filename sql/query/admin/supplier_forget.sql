select intray.supplier_forget($1, $2)
