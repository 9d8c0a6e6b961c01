select login, name, active, client, role, array_to_string(types, ', ') as types, restricted, sessions
from intray.person_list()
