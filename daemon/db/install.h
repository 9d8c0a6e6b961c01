/* install.h - the configuration's clients and trays, and document types, into the
 * database; private to daemon/db. */
#ifndef INTRAY_DB_INSTALL_H
#define INTRAY_DB_INSTALL_H

#include "db.h"

enum rc install_configuration(struct db *db, const struct settings *settings,
			      struct err *err);
/* All XSDs of the folder; those whose bytes are current already are left alone. */
enum rc install_schemas(struct db *db, const char *schema_dir,
			void (*say)(const char *line), struct err *err);
enum rc install_set(struct db *db, const struct schema_set *set,
		    void (*say)(const char *line), struct err *err);

#endif
