/* trust_model.c - the learnt model: from its file, to its file, and what it says.
 *
 * The file is text, one thing a line, words separated by tabs:
 *
 *   intray-trust 1
 *   learnt     from what, for people
 *   weight     NAME      WEIGHT               sorted by name
 *   point      SCALE     SCORE   CONFIDENCE   rising, at least one for each scale
 *   threshold  SCALE     BUDGET  CONFIDENCE   budgets rising
 *   end        SHA-256 of all lines before
 *
 * What is read is checked line by line; a file that was cut off, edited or mixed up is
 * refused as a whole, because a wrong confidence books wrong invoices silently. */
#include "trust.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proc.h"
#include "sha256.h"
#include "text.h"

enum { MODEL_BYTES_MAX = 16 << 20 };

static const char *const scale_names[TRUST_SCALES] = {"text", "ocr", "slip", "zone"};

const char *trust_scale_name(enum trust_scale scale)
{
	bug_on(scale >= TRUST_SCALES);
	return scale_names[scale];
}

enum trust_scale trust_scale_of(const struct doctype *type, enum source source)
{
	switch ((int)source) {
	case SOURCE_TEXT:
		return TRUST_TEXT;
	case SOURCE_ZONE:
		return TRUST_ZONE;
	default:
		return type && type->slip ? TRUST_SLIP : TRUST_OCR;
	}
}

/* --- reading ------------------------------------------------------------------ */

struct model_reader {
	struct trust *trust;
	char *words[4]; /* of the line, by tabs */
	size_t n_words;
	bool ended;
	char sum[65]; /* of all lines before */
};

static bool to_number(const char *word, float *out)
{
	char *end;

	*out = strtof(word, &end);
	return *word && *end == '\0' && isfinite(*out);
}

static struct trust_curve *to_scale(struct model_reader *r)
{
	for (size_t i = 0; i < TRUST_SCALES; i++)
		if (strcmp(scale_names[i], r->words[1]) == 0)
			return &r->trust->scales[i];
	return NULL;
}

static const char *take_learnt(struct model_reader *r)
{
	r->trust->learnt = r->words[1];
	return NULL;
}

static const char *take_weight(struct model_reader *r)
{
	struct trust *t = r->trust;
	const char *before = t->n_weights ? t->weights[t->n_weights - 1].name : "";
	float weight;

	if (!to_number(r->words[2], &weight))
		return "the weight is no number";
	if (strcmp(before, r->words[1]) >= 0)
		return "weights are not in order";
	*arena_push(t->arena, t->weights, t->n_weights, t->cap_weights) =
		(struct trust_weight){r->words[1], weight};
	return NULL;
}

static const char *take_point(struct model_reader *r)
{
	struct trust_curve *curve = to_scale(r);
	struct trust_point p, *last;

	if (!curve)
		return "there is no such scale";
	if (!to_number(r->words[2], &p.score) || !to_number(r->words[3], &p.confidence))
		return "the point has no numbers";
	last = curve->n_points ? &curve->points[curve->n_points - 1] : NULL;
	if (p.confidence < 0 || p.confidence > 1 ||
	    (last && (last->score >= p.score || last->confidence > p.confidence)))
		return "points do not rise from 0 to 1";
	*arena_push(r->trust->arena, curve->points, curve->n_points,
		    curve->cap_points) = p;
	return NULL;
}

static const char *take_threshold(struct model_reader *r)
{
	struct trust_curve *curve = to_scale(r);
	struct trust_threshold t, *last;

	if (!curve)
		return "there is no such scale";
	if (!to_number(r->words[2], &t.budget) ||
	    !to_number(r->words[3], &t.confidence))
		return "the threshold has no numbers";
	last = curve->n_thresholds ? &curve->thresholds[curve->n_thresholds - 1] : NULL;
	if (t.budget <= 0 || t.budget >= 1 || t.confidence <= 0 || t.confidence > 2 ||
	    (last && (last->budget >= t.budget || last->confidence < t.confidence)))
		return "thresholds are not in order";
	*arena_push(r->trust->arena, curve->thresholds, curve->n_thresholds,
		    curve->cap_thresholds) = t;
	return NULL;
}

static const char *take_end(struct model_reader *r)
{
	r->ended = true;
	return strcmp(r->words[1], r->sum) == 0
		       ? NULL
		       : "the checksum does not fit: the file was changed or damaged";
}

static const struct {
	const char *what;
	size_t n_words;
	const char *(*take)(struct model_reader *r);
} lines[] = {
	{"learnt", 2, take_learnt}, {"weight", 3, take_weight},
	{"point", 4, take_point},   {"threshold", 4, take_threshold},
	{"end", 2, take_end},
};

static void split(struct model_reader *r, char *line)
{
	char *rest = line, *word;

	r->n_words = 0;
	while ((word = strsep(&rest, "\t")) != NULL) {
		if (r->n_words < 4)
			r->words[r->n_words] = word;
		r->n_words++;
	}
}

static const char *take_line(struct model_reader *r, char *line)
{
	if (r->ended)
		return "something follows the end";
	split(r, line);
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		if (strcmp(lines[i].what, r->words[0]) == 0)
			return lines[i].n_words == r->n_words
				       ? lines[i].take(r)
				       : "the line has too few or too many words";
	return "the line is of no known kind";
}

static const char *look_whole(const struct model_reader *r)
{
	if (!r->ended)
		return "the file is cut off";
	for (size_t i = 0; i < TRUST_SCALES; i++)
		if (r->trust->scales[i].n_points == 0)
			return "a scale has no points";
	return NULL;
}

static const char *take_lines(struct model_reader *r, char *text, int *number)
{
	static const char head[] = "intray-trust\t1";
	struct sha256 hash;
	char *next;

	sha256_init(&hash);
	for (char *line = text; *line; line = next) {
		char *end = strchr(line, '\n');
		struct sha256 so_far = hash;
		const char *problem = NULL;
		uint8_t digest[32];

		++*number;
		if (!end)
			return "the file is cut off";
		next = end + 1;
		sha256_add(&hash, line, (size_t)(next - line));
		*end = '\0';
		if (*number == 1) {
			if (strcmp(line, head) != 0)
				return "this is no model of this version";
			continue;
		}
		if (text_starts(line, "end\t")) {
			sha256_end(&so_far, digest);
			text_hex(digest, sizeof(digest), r->sum);
		}
		problem = take_line(r, line);
		if (problem)
			return problem;
	}
	return look_whole(r);
}

enum rc trust_parse(const char *text, size_t len, struct trust **out, struct err *err)
{
	struct arena *arena = arena_new();
	struct trust *trust = arena_alloc(arena, sizeof(*trust));
	struct model_reader reader = {.trust = trust};
	const char *problem;
	int number = 0;

	trust->arena = arena;
	if (memchr(text, '\0', len))
		problem = "this is no text";
	else
		problem = take_lines(&reader, arena_strndup(arena, text, len), &number);
	if (!problem) {
		*out = trust;
		return RC_OK;
	}
	*out = NULL;
	trust_free(&trust);
	return err_set(err, RC_FAIL, "line %d: %s", number, problem);
}

enum rc trust_load_file(const char *path, struct trust **out, struct err *err)
{
	AUTO_ARENA scratch = arena_new();
	char *bytes;
	size_t len;

	*out = NULL;
	if (file_read(AT_FDCWD, path, MODEL_BYTES_MAX, scratch, &bytes, &len, err) !=
	    RC_OK)
		return err_wrap(err, RC_FAIL,
				"the model that says how sure values are (made by "
				"`intray train`)");
	if (trust_parse(bytes, len, out, err) != RC_OK)
		return err_wrap(err, RC_FAIL, "%s", path);
	return RC_OK;
}

enum rc trust_load(const char *folder, struct trust **out, struct err *err)
{
	AUTO_ARENA scratch = arena_new();

	return trust_load_file(arena_printf(scratch, "%s/%s", folder, TRUST_FILE), out,
			       err);
}

void trust_free(struct trust **trust)
{
	struct arena *arena;

	if (*trust == NULL)
		return;
	arena = (*trust)->arena;
	*trust = NULL;
	arena_free(&arena);
}

/* --- writing ------------------------------------------------------------------ */

static void print_scale(struct strbuf *buf, const char *name,
			const struct trust_curve *curve)
{
	for (size_t i = 0; i < curve->n_points; i++)
		strbuf_addf(buf, "point\t%s\t%.6g\t%.6g\n", name,
			    (double)curve->points[i].score,
			    (double)curve->points[i].confidence);
	for (size_t i = 0; i < curve->n_thresholds; i++)
		strbuf_addf(buf, "threshold\t%s\t%.6g\t%.6g\n", name,
			    (double)curve->thresholds[i].budget,
			    (double)curve->thresholds[i].confidence);
}

const char *trust_print(const struct trust *trust, struct arena *arena)
{
	struct strbuf buf;
	char sum[65];

	strbuf_init(&buf, arena);
	strbuf_addf(&buf, "intray-trust\t1\nlearnt\t%s\n", trust->learnt);
	for (size_t i = 0; i < trust->n_weights; i++)
		strbuf_addf(&buf, "weight\t%s\t%.6g\n", trust->weights[i].name,
			    (double)trust->weights[i].weight);
	for (size_t i = 0; i < TRUST_SCALES; i++)
		print_scale(&buf, scale_names[i], &trust->scales[i]);
	strbuf_addf(&buf, "end\t%s\n", sha256_text(buf.text, buf.len, sum));
	return buf.text;
}

/* --- asking ------------------------------------------------------------------- */

bool trust_barred(const struct feature *features, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (features[i].value != 0 &&
		    (strcmp(features[i].name, TRUST_CONTRADICTED) == 0 ||
		     strcmp(features[i].name, TRUST_WRONG_FORMAT) == 0))
			return true;
	return false;
}

struct trust_keys trust_keys_of(const struct fieldtype *type, enum source source)
{
	struct trust_keys keys = {
		.source = trust_scale_name(trust_scale_of(NULL, source))};

	snprintf(keys.kind, sizeof(keys.kind), "%s%s", type->line ? "line " : "",
		 kind_name(type->kind));
	return keys;
}

void trust_name(const struct trust_keys *keys, const char *feature, int which,
		char name[TRUST_NAME_MAX])
{
	snprintf(name, TRUST_NAME_MAX, "%s%s%s", feature, which ? "@" : "",
		 which == 0   ? ""
		 : which == 1 ? keys->kind
			      : keys->source);
}

static float weight_of(const struct trust *trust, const char *name)
{
	size_t low = 0, high = trust->n_weights;

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = strcmp(trust->weights[middle].name, name);

		if (order == 0)
			return trust->weights[middle].weight;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return 0;
}

float trust_score(const struct trust *trust, const struct trust_keys *keys,
		  const struct feature *features, size_t n)
{
	char name[TRUST_NAME_MAX];
	float score = 0;

	for (size_t i = 0; i < n; i++)
		for (int which = 0; which < TRUST_NAMES; which++) {
			trust_name(keys, features[i].name, which, name);
			score += features[i].value * weight_of(trust, name);
		}
	return score;
}

float trust_confidence(const struct trust *trust, enum trust_scale scale, float score)
{
	const struct trust_curve *curve = &trust->scales[scale];
	const struct trust_point *p = curve->points;
	size_t last = curve->n_points - 1;

	if (score <= p[0].score)
		return p[0].confidence;
	if (score >= p[last].score)
		return p[last].confidence;
	while (score > p[1].score)
		p++;
	return p[0].confidence + (p[1].confidence - p[0].confidence) *
					 (score - p[0].score) /
					 (p[1].score - p[0].score);
}

float trust_threshold(const struct trust *trust, enum trust_scale scale, float budget)
{
	const struct trust_curve *curve = &trust->scales[scale];
	float confidence = 2; /* nobody has shown that so few are wrong */

	for (size_t i = 0; i < curve->n_thresholds; i++)
		if (curve->thresholds[i].budget <= budget * 1.0001F)
			confidence = curve->thresholds[i].confidence;
	return confidence;
}
