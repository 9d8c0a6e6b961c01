/* password_input.h - passwords that people type or scripts hand over. */
#ifndef INTRAY_CLI_PASSWORD_INPUT_H
#define INTRAY_CLI_PASSWORD_INPUT_H

#include <stdbool.h>

#include "password.h"

enum { PASSWORD_INPUT_SIZE = PASSWORD_MAX + 2 };
/* The first line of standard input, without its end; "" when there is none. */
void password_from_input(char password[PASSWORD_INPUT_SIZE]);
/* Asks at the terminal, without showing what is typed when `secret`; false when there
 * is no terminal. */
bool password_from_terminal(const char *prompt, bool secret,
			    char password[PASSWORD_INPUT_SIZE]);

#endif
