/* test_db.c - runs all database tests against one throwaway cluster.
 *
 * The weather tests stop the server, so they come last. */
#include "harness.h"

#include <unistd.h>

int main(void)
{
	int (*const groups[])(void) = {
		run_migrate_tests, run_intake_tests,   run_job_tests,
		run_result_tests,  run_check_tests,    run_release_tests,
		run_match_tests,   run_life_tests,     run_desk_tests,
		run_cutting_tests, run_batch_tests,    run_sidecar_tests,
		run_second_tests,  run_quality_tests,  run_learning_tests,
		run_erp_tests,	   run_handover_tests, run_rights_tests,
		run_keeper_tests,  run_weather_tests};
	int failed = 0;

	fixture_start();
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		failed += groups[i]();
	fixture_stop();
	return failed != 0;
}
