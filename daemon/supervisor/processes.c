/* processes.c - the table of processes that intrayd is made of.
 *
 * To add a process: a row here, its main in a folder of its own, a role in sql/ and a
 * unit in systemd/. Order is the order of starting; draining goes the same way, so that
 * intake stops taking files first. */
#include "process.h"

const struct process processes[] = {
	{"cluster", PROCESS_CLUSTER, DB_ROLE_N, NULL, cluster_main},
	{"migrate", PROCESS_FIRST, DB_OWNER, NULL, migrate_main},
	{"intake", PROCESS_ONE, DB_INTAKE, NULL, intake_main},
	{"tray", PROCESS_OF_INTAKE, DB_ROLE_N, NULL, tray_main},
	{"worker", PROCESS_PER_WORKER, DB_WORKER, worker_before_secrets, worker_main},
	{"desk", PROCESS_ONE, DB_DESK, NULL, desk_main},
	{"deliver", PROCESS_ONE, DB_DELIVER, NULL, deliver_main},
	{"keeper", PROCESS_ONE, DB_KEEPER, NULL, keeper_main},
	{0},
};
