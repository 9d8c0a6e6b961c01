select (select count(*) from intray.drop) as drops,
	(select count(*) from intray.document) as documents,
	(select count(distinct drop) from intray.document) as drops_with_document,
	(select count(*) from intray.document where drop in (select drop from intray.document
		group by drop having count(*) > 1)) as cut_documents
