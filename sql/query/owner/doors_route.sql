select intray.doors_route($1)
