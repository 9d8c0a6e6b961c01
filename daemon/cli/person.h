/* person.h - doing something as one of the desk's people, who proves that it is he. */
#ifndef INTRAY_CLI_PERSON_H
#define INTRAY_CLI_PERSON_H

#include "cli.h"
#include "db.h"

struct person {
	struct cli *cli;
	const char *login;
	struct settings settings;
	struct db *db;
};

/* Signs in whom --as names, with his password and, where he has one, his code
 * (--password-stdin, --code); CLI_FINE, or the exit status after complaining. */
int person_sign_in(struct cli *cli, struct person *out);
/* The first value of sql/query/desk/NAME.sql as that person, NULL for no row; false
 * after complaining. */
bool person_ask(struct person *person, const char *name, const char *const *params,
		size_t n_params, const char **answer);
void person_sign_out(struct person *person);
#define AUTO_PERSON __attribute__((cleanup(person_sign_out))) struct person

#endif
