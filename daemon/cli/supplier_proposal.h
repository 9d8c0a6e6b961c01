/* supplier_proposal.h - the verbs of `intray supplier` about suppliers that papers show
 * and the master lacks. Each gives the exit status. */
#ifndef INTRAY_CLI_SUPPLIER_PROPOSAL_H
#define INTRAY_CLI_SUPPLIER_PROPOSAL_H

#include "cli.h"

int proposal_list(struct cli *cli);
int proposal_accept(struct cli *cli); /* ID NUMBER */
int proposal_refuse(struct cli *cli); /* ID WHY... */

#endif
