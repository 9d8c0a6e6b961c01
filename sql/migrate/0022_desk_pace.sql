-- Rows that are written again and again while somebody types: room on their page, so that the new
-- version stays there and no index hears of it; and a draft stays in one piece.
alter table intray.draft set (fillfactor = 40, toast_tuple_target = 4080);
alter table intray.effort set (fillfactor = 60);
alter table intray.task set (fillfactor = 80);
alter table intray.session set (fillfactor = 70);
