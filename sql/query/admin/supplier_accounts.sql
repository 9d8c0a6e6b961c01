select b.iban, b.bic, to_char(b.since, 'YYYY-MM-DD') as since, b.confirmed_by as confirmed,
	case when b.active then 'yes' else 'no' end as active
from intray.supplier_account b where b.supplier = intray.supplier_named($1)
order by b.active desc, b.since desc, b.iban
