/* schema.c - the document types Intray knows, and what a client changes of them.
 *
 * A set is loaded from a folder or from the database, one XSD after the other; what an
 * XSD says is schema_load.c's business. A client's profile is laid over a copy, line by
 * line, so the installed type stays as it is. Both are written by hand: errors name
 * file or profile, and the line. */
#include "schema.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decimal.h"
#include "schema_load.h"
#include "text.h"
#include "trust.h"
#include "xml.h"

#define LARGEST_XSD (4 << 20)
/* With estimates made by hand only: far from sure, but what is below is surely not. */
#define ACCEPT_WITHOUT_MODEL 0.97f

static const char *const kind_names[KIND_N] = {
	[KIND_TEXT] = "text",
	[KIND_DATE] = "date",
	[KIND_TIME] = "time",
	[KIND_AMOUNT] = "amount",
	[KIND_QUANTITY] = "quantity",
	[KIND_PERCENT] = "percent",
	[KIND_IDENTIFIER] = "identifier",
	[KIND_PARTY] = "party",
	[KIND_ADDRESS] = "address",
	[KIND_COUNTRY] = "country",
	[KIND_CURRENCY] = "currency",
	[KIND_IBAN] = "iban",
	[KIND_BIC] = "bic",
	[KIND_VAT_ID] = "vat-id",
	[KIND_TAX_NUMBER] = "tax-number",
	[KIND_PHONE] = "phone",
	[KIND_EMAIL] = "email",
	[KIND_UNIT] = "unit",
	[KIND_CODE] = "code",
	[KIND_CHECKBOX] = "checkbox",
	[KIND_NPI] = "npi",
	[KIND_ICD] = "icd",
	[KIND_PROCEDURE] = "procedure",
	[KIND_STATE] = "state",
	[KIND_ZIP] = "zip",
	[KIND_SIGNATURE] = "signature",
};

const char *kind_name(enum kind kind)
{
	bug_on(kind >= KIND_N);
	return kind_names[kind];
}

bool kind_from_name(const char *name, enum kind *out)
{
	for (unsigned i = 0; i < KIND_N; i++)
		if (strcmp(kind_names[i], name) == 0) {
			*out = (enum kind)i;
			return true;
		}
	return false;
}

/* --- sets ------------------------------------------------------------- */

struct schema_set *schema_set_new(void)
{
	struct arena *arena = arena_new();
	struct schema_set *set = arena_alloc(arena, sizeof *set);

	set->arena = arena;
	return set;
}

void schema_set_free(struct schema_set **set)
{
	struct arena *arena;

	if (*set == NULL)
		return;
	for (size_t i = 0; i < (*set)->n_types; i++)
		xml_schema_free(&(*set)->types[i].compiled);
	arena = (*set)->arena;
	arena_free(&arena);
	*set = NULL;
}

const struct doctype *schema_type(const struct schema_set *set, const char *name)
{
	for (size_t i = 0; i < set->n_types; i++)
		if (strcmp(set->types[i].name, name) == 0)
			return &set->types[i];
	return NULL;
}

const struct fieldtype *doctype_field(const struct doctype *type, const char *path)
{
	for (size_t i = 0; i < type->n_fields; i++)
		if (strcmp(type->fields[i].path, path) == 0)
			return &type->fields[i];
	return NULL;
}

void schema_set_trust(struct schema_set *set, const struct trust *trust)
{
	for (size_t i = 0; i < set->n_types; i++)
		set->types[i].trust = trust;
}

float doctype_accept(const struct doctype *type, const struct fieldtype *field,
		     enum source source)
{
	if (field->accept > 0)
		return field->accept;
	if (type->trust && source != SOURCE_LOOKUP) /* recall.c weighs by itself */
		return trust_threshold(type->trust, trust_scale_of(type, source),
				       field->budget);
	return ACCEPT_WITHOUT_MODEL;
}

static bool name_is_fit(const char *name)
{
	size_t len = strlen(name);

	return len > 0 && len <= 32 && name[0] >= 'a' && name[0] <= 'z' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == len;
}

enum rc schema_add(struct schema_set *set, const char *name, const char *xsd,
		   size_t len, struct err *err)
{
	struct doctype type = {0};
	enum rc rc;

	if (!name_is_fit(name))
		return err_set(err, RC_FAIL,
			       "%s.xsd: a type's name is a-z, 0-9 and _, at most 32",
			       name);
	if (schema_type(set, name))
		return err_set(err, RC_FAIL, "%s.xsd: there is a type %s already", name,
			       name);
	type.name = arena_strdup(set->arena, name);
	type.xsd = arena_strndup(set->arena, xsd, len);
	type.xsd_len = len;
	rc = doctype_load(set->arena, &type, err);
	if (rc != RC_OK) {
		xml_schema_free(&type.compiled);
		return rc;
	}
	*arena_push(set->arena, set->types, set->n_types, set->cap_types) = type;
	return RC_OK;
}

/* --- from a folder ---------------------------------------------------- */

static enum rc read_whole(const char *path, struct arena *arena, char **bytes,
			  size_t *len, struct err *err)
{
	FILE *file = fopen(path, "re");

	if (file == NULL)
		return err_errno(err, RC_FAIL, "open %s", path);
	*bytes = arena_alloc(arena, LARGEST_XSD);
	*len = fread(*bytes, 1, LARGEST_XSD, file);
	bool bad = ferror(file) != 0;

	fclose(file);
	if (bad)
		return err_set(err, RC_FAIL, "%s can't be read", path);
	if (*len == LARGEST_XSD)
		return err_set(err, RC_FAIL, "%s is larger than 4 MB", path);
	return RC_OK;
}

static enum rc add_file(struct schema_set *set, const char *dir, const char *file,
			struct err *err)
{
	AUTO_ARENA scratch = arena_new();
	const char *path = arena_printf(scratch, "%s/%s", dir, file);
	const char *name = arena_strndup(scratch, file, strlen(file) - strlen(".xsd"));
	char *bytes = NULL;
	size_t len = 0;
	enum rc rc = read_whole(path, scratch, &bytes, &len, err);

	return rc == RC_OK ? schema_add(set, name, bytes, len, err) : rc;
}

static int is_xsd(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && text_ends(entry->d_name, ".xsd");
}

enum rc schema_load_dir(const char *dir, struct schema_set **out, struct err *err)
{
	struct dirent **entries;
	int n = scandir(dir, &entries, is_xsd, alphasort);
	enum rc rc = RC_OK;

	*out = NULL;
	if (n < 0)
		return err_errno(err, RC_FAIL, "open the schema folder %s", dir);
	*out = schema_set_new();
	for (int i = 0; i < n; i++) {
		if (rc == RC_OK)
			rc = add_file(*out, dir, entries[i]->d_name, err);
		free(entries[i]);
	}
	free(entries);
	if (rc == RC_OK && n == 0)
		rc = err_set(err, RC_FAIL, "there is no .xsd in %s", dir);
	if (rc != RC_OK)
		schema_set_free(out);
	return rc;
}

/* --- profiles --------------------------------------------------------- */

static struct fieldtype *field_to_change(struct doctype *type, const char *path)
{
	for (size_t i = 0; i < type->n_fields; i++)
		if (strcmp(type->fields[i].path, path) == 0)
			return &type->fields[i];
	return NULL;
}

static const char *change_field(struct doctype *type, const char *path, const char *to)
{
	struct fieldtype *field = field_to_change(type, path);

	if (field == NULL)
		return "there is no such field";
	if (strcmp(to, "required") == 0)
		field->required = true;
	else if (strcmp(to, "optional") == 0 && field->required)
		return "the type itself requires it";
	else if (strcmp(to, "not-keyed") == 0)
		field->keyed = false;
	else if (strcmp(to, "double-keyed") == 0)
		field->key_double = true;
	else if (strcmp(to, "critical") == 0)
		field->critical = true;
	else if (strcmp(to, "optional") != 0)
		return "expected required, optional, not-keyed, double-keyed or "
		       "critical";
	return NULL;
}

static bool severity_from(const char *to, enum severity *severity, bool *off)
{
	static const struct {
		const char *word;
		enum severity severity;
		bool off;
	} words[] = {{"stop", SEVERITY_STOP, false},
		     {"final", SEVERITY_STOP, false},
		     {"reasoned", SEVERITY_STOP, false},
		     {"warn", SEVERITY_WARN, false},
		     {"off", SEVERITY_WARN, true}};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i].word, to) == 0) {
			*severity = words[i].severity;
			*off = words[i].off;
			return true;
		}
	return false;
}

static const char *change_rule(struct doctype *type, const char *id, const char *to)
{
	enum severity *severity = NULL;
	bool *off = NULL, *final = NULL;

	for (size_t i = 0; i < type->n_rules; i++)
		if (strcmp(type->rules[i].id, id) == 0) {
			severity = &type->rules[i].severity;
			off = &type->rules[i].off;
			final = &type->rules[i].final;
		}
	for (size_t i = 0; i < type->n_checks; i++)
		if (strcmp(type->checks[i].name, id) == 0) {
			severity = &type->checks[i].severity;
			off = &type->checks[i].off;
			final = &type->checks[i].final;
		}
	if (strcmp(id, "check-digit") == 0) {
		severity = &type->digit_severity;
		off = &type->digit_off;
		final = &type->digit_final;
	}
	if (severity == NULL)
		return "there is no such rule";
	*final = strcmp(to, "final") == 0;
	return severity_from(to, severity, off)
		       ? NULL
		       : "expected stop, final, reasoned, warn or off";
}

static const char *change_accept(struct doctype *type, const char *path, const char *to)
{
	struct fieldtype *field = field_to_change(type, path);
	char *end;
	float accept = strtof(to, &end);

	if (field == NULL)
		return "there is no such field";
	if (*end != '\0' || !(accept > 0 && accept <= 1))
		return "expected a confidence above 0 and at most 1";
	field->accept = accept;
	return NULL;
}

/* Kept by the database, which counts. */
static const char *change_limit(struct doctype *type, const char *what, const char *to)
{
	(void)type;
	if (strcmp(what, "skips") != 0)
		return "there is only a limit of skips";
	return strspn(to, "0123456789") == strlen(to) ? NULL : "expected a number";
}

/* "0.2%" or "0.002"; below 0 when it is neither. */
static float share_of(const char *text)
{
	char *end;
	float share = strtof(text, &end);

	if (end == text)
		return -1;
	if (strcmp(end, "%") == 0)
		return share / 100;
	return *end == '\0' ? share : -1;
}

static const char *change_budget(struct doctype *type, const char *path, const char *to)
{
	struct fieldtype *field = field_to_change(type, path);
	float budget = share_of(to);

	if (field == NULL)
		return "there is no such field";
	if (!(budget > 0 && budget < 1))
		return "expected an error budget like 0.5%";
	field->budget = budget;
	field->accept = 0;
	return NULL;
}

/* "second-key marked on" */
static const char *change_second_key(struct doctype *type, const char *which,
				     const char *to)
{
	bool on = strcmp(to, "on") == 0;

	if (strcmp(which, "marked") != 0 || (!on && strcmp(to, "off") != 0))
		return "expected second-key marked on, or off";
	for (size_t i = 0; i < type->n_fields; i++)
		if (type->fields[i].mark_double)
			type->fields[i].key_double = on;
	return NULL;
}

static const char *change_quality(struct doctype *type, const char *what,
				  const char *to)
{
	struct sampling *s = &type->sampling;
	const struct {
		const char *path;
		float *share;
	} shares[] = {{"touchless", &s->touchless},
		      {"keyed", &s->keyed},
		      {"double", &s->twice}};
	float share = share_of(to);

	if (strcmp(what, "release") == 0) {
		s->before_release = strcmp(to, "before") == 0;
		return s->before_release || strcmp(to, "after") == 0
			       ? NULL
			       : "expected quality release before, or after";
	}
	for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
		if (strcmp(shares[i].path, what) != 0)
			continue;
		*shares[i].share = share;
		return share >= 0 && share <= 1 ? NULL : "expected a share like 2%";
	}
	return "expected quality touchless, keyed, double or release";
}

const char *tolerance_name(enum tolerance_of of)
{
	static const char *const names[] = {
		[TOLERANCE_PRICE] = "price",
		[TOLERANCE_QUANTITY] = "quantity",
		[TOLERANCE_TOTAL] = "total",
		[TOLERANCE_UNORDERED] = "unordered",
	};

	return names[of];
}

/* "2%" or "0.50" */
static const char *change_tolerance(struct doctype *type, const char *what,
				    const char *to)
{
	size_t digits = strspn(to, "0123456789.");
	bool percent = strcmp(to + digits, "%") == 0;
	enum tolerance_of of = 0;
	struct decimal d;
	char number[16];

	while (of < TOLERANCE_N && strcmp(tolerance_name(of), what) != 0)
		of++;
	if (of == TOLERANCE_N)
		return "there are tolerances of price, quantity, total and unordered";
	if (digits >= sizeof number || (to[digits] && !percent))
		return "expected a tolerance like 2% or 0.50";
	memcpy(number, to, digits);
	number[digits] = '\0';
	if (!decimal_parse(number, &d))
		return "expected a tolerance like 2% or 0.50";
	struct tolerance *t = &type->tolerances[of];
	memcpy(percent ? t->percent : t->amount, number, sizeof number);
	return NULL;
}

static const char *change_one(struct doctype *type, char *line)
{
	static const struct {
		const char *what;
		const char *(*change)(struct doctype *type, const char *of,
				      const char *to);
	} table[] = {
		{"field", change_field},	   {"rule", change_rule},
		{"budget", change_budget},	   {"accept", change_accept},
		{"second-key", change_second_key}, {"quality", change_quality},
		{"limit", change_limit},	   {"tolerance", change_tolerance}};
	char *rest = NULL;
	const char *what = strtok_r(line, " \t\r", &rest);
	const char *of = what ? strtok_r(NULL, " \t\r", &rest) : NULL;
	const char *to = of ? strtok_r(NULL, " \t\r", &rest) : NULL;

	if (what == NULL)
		return NULL;
	if (to == NULL || strtok_r(NULL, " \t\r", &rest))
		return "expected three words";
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (strcmp(table[i].what, what) == 0)
			return table[i].change(type, of, to);
	return "a line starts with field, rule, budget, accept, limit, second-key, "
	       "quality or tolerance";
}

static struct doctype *copy_for_changes(const struct doctype *type, struct arena *arena)
{
	struct doctype *copy = arena_memdup(arena, type, sizeof *type);

	copy->fields = arena_memdup(arena, type->fields,
				    type->n_fields * sizeof *type->fields);
	copy->rules =
		arena_memdup(arena, type->rules, type->n_rules * sizeof *type->rules);
	copy->checks = arena_memdup(arena, type->checks,
				    type->n_checks * sizeof *type->checks);
	return copy;
}

enum rc doctype_with_profile(const struct doctype *type, const char *profile,
			     struct arena *arena, const struct doctype **out,
			     struct err *err)
{
	struct doctype *copy = copy_for_changes(type, arena);
	char *text = arena_strdup(arena, profile ? profile : "");
	int number = 1;

	for (char *line = text; line; number++) {
		char *next = strchr(line, '\n');
		const char *problem;

		if (next)
			*next++ = '\0';
		line[strcspn(line, "#")] = '\0';
		problem = change_one(copy, line);
		if (problem)
			return err_set(err, RC_FAIL, "profile of %s, line %d: %s",
				       type->name, number, problem);
		line = next;
	}
	*out = copy;
	return RC_OK;
}
