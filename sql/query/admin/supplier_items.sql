select i.id, 'site:' || i.site as site, i.type, i.what, i.path, i.value, i.status, i.agreed,
	i.contradicted
from intray.supplier_item i where i.supplier = intray.supplier_named($1)
order by array_position(array['value', 'label', 'order', 'mark'], i.what), i.type, i.path,
	i.status = 'confirmed' desc, i.agreed desc, i.id
