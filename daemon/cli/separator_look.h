/* separator_look.h - how files would be cut. */
#ifndef INTRAY_CLI_SEPARATOR_LOOK_H
#define INTRAY_CLI_SEPARATOR_LOOK_H

#include "cli.h"

/* `intray separator --read FILE...`; gives the exit status. */
int separator_look_at(struct cli *cli);

#endif
