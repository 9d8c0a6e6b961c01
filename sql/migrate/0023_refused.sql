-- Why a proposed supplier is none.
alter table intray.supplier_proposal add reason text;
