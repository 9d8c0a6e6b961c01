/* packs.h - containers for tests; everything is in the arena. */
#ifndef INTRAY_TEST_PACKS_H
#define INTRAY_TEST_PACKS_H

#include "arena.h"

struct blob {
	const char *bytes;
	size_t len;
};
struct member {
	const char *name;
	struct blob blob;
};
struct blob pack_zip(struct arena *arena, const struct member *members, size_t n);
/* The same, said of its first member that a password is wanted. */
struct blob pack_lock(struct arena *arena, struct blob plain);
struct blob pack_winmail(struct arena *arena, const struct member *members, size_t n);

#endif
