select desk.floor_priority($1, $2::integer)
