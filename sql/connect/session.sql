-- Of every connection of ours. A dead network is noticed within half a minute, a statement that
-- hangs after two.
set statement_timeout = '2min';
set lock_timeout = '20s';
set idle_in_transaction_session_timeout = '2min';
set client_min_messages = warning;
set datestyle = 'ISO, YMD';
set timezone = 'UTC';
