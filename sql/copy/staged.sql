copy pg_temp.staged from stdin
