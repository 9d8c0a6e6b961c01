/* folds.c - which fold a document belongs to, and the models of the folds.
 *
 * Cannot fail but where a model's file is missing or damaged; the error names it. */
#include "folds.h"

#include <fcntl.h>
#include <string.h>

#include "proc.h"
#include "sha256.h"
#include "text.h"

static const char *document_name(const struct sample *sample, struct arena *arena)
{
	const char *slash = strrchr(sample->shown, '/');
	const char *name = slash ? slash + 1 : sample->shown;
	const char *dot = strrchr(name, '.');

	return dot ? arena_strndup(arena, name, (size_t)(dot - name)) : name;
}

const char *fold_group(const struct sample *sample, struct arena *arena)
{
	static const char *const names[] = {"seller/name", "merchant/name"};

	for (size_t i = 0; sample->has_truth && i < 2; i++) {
		const char *name = truth_value(&sample->truth, names[i], 0);

		if (name && *text_key(arena, name))
			return text_key(arena, name);
	}
	return document_name(sample, arena);
}

int fold_of(const struct sample *sample)
{
	AUTO_ARENA scratch = arena_new();
	const char *group = fold_group(sample, scratch);
	struct sha256 hash;
	uint8_t digest[32];

	sha256_init(&hash);
	sha256_add(&hash, group, strlen(group));
	sha256_end(&hash, digest);
	return (digest[0] * 256 + digest[1]) % TRUST_FOLDS;
}

const char *fold_file(const char *dir, int fold, struct arena *arena)
{
	return arena_printf(arena, "%s/fold-%d.model", dir, fold + 1);
}

enum rc folds_load(const char *dir, struct trust *out[TRUST_FOLDS], struct err *err)
{
	AUTO_ARENA scratch = arena_new();

	for (int i = 0; i < TRUST_FOLDS; i++) {
		enum rc rc = trust_load_file(fold_file(dir, i, scratch), &out[i], err);

		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}
