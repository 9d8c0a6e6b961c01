/* exchange_file.h - who exchanges claims, from a file instead of the masters. */
#ifndef INTRAY_EXCHANGE_FILE_H
#define INTRAY_EXCHANGE_FILE_H

#include "render.h"

/* RC_FAIL "FILE:LINE: what is wrong". */
enum rc exchange_file_load(const char *path, struct arena *arena, struct render_edi *out,
			   struct err *err);

#endif
