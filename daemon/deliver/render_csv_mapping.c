/* render_csv_mapping.c - reads a mapping of columns: an INI file, as mappings/README.md
 * explains it.
 *
 * A mapping is somebody's work in an editor, so everything that is wrong with it is
 * said with file and line, and a word that means nothing is an error, not an empty
 * column that is found out in the ERP. */
#include "render_csv.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "proc.h"

enum { MAPPING_MAX = 1 << 20, NAME_MAX_LEN = 60 };

struct parsing {
	struct conf conf;
	struct arena *arena;
	struct render_mapping *mapping;
	struct err *err;
	int line;
};

/* --- words of an expression ------------------------------------------- */

enum token { TOKEN_END, TOKEN_WORD, TOKEN_TEXT, TOKEN_SIGN };

struct words {
	const char *at, *text; /* text: of the token */
	enum token token;
	bool open; /* a quote or a bracket is not closed */
};

static void take_until(struct words *w, struct arena *arena, const char *from,
		       char close)
{
	const char *end = strchr(from, close);

	w->open = end == NULL;
	w->text = arena_strndup(arena, from, end ? (size_t)(end - from) : strlen(from));
	w->at = end ? end + 1 : from + strlen(from);
}

static enum token next_word(struct words *w, struct arena *arena)
{
	const char *begin;

	w->at += strspn(w->at, " \t");
	begin = w->at;
	if (*begin == '\0') {
		w->token = TOKEN_END;
	} else if (*begin == '"') {
		take_until(w, arena, begin + 1, '"');
		w->token = TOKEN_TEXT;
	} else if (strchr("|:", *begin)) {
		w->text = arena_strndup(arena, begin, 1);
		w->at++;
		w->token = TOKEN_SIGN;
	} else {
		size_t len = strcspn(begin, " \t|:\"(");

		w->text = arena_strndup(arena, begin, len);
		w->at += len;
		w->token = TOKEN_WORD;
	}
	return w->token;
}

static bool is_sign(const struct words *w, const char *sign)
{
	return w->token == TOKEN_SIGN && strcmp(w->text, sign) == 0;
}

/* --- where a cell's text comes from ----------------------------------- */

static enum rc take_variable(struct parsing *p, const char *name, struct csv_term *term)
{
	static const struct {
		const char *name;
		enum csv_source source;
	} variables[] = {
		{"control_number", CSV_CONTROL},
		{"revision", CSV_REVISION},
		{"type", CSV_TYPE},
		{"document", CSV_DOCUMENT},
		{"row", CSV_ROW},
		{"quantity", CSV_QUANTITY},
		{"price", CSV_PRICE},
	};

	for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
		if (strcmp(variables[i].name, name) == 0) {
			term->source = variables[i].source;
			return RC_OK;
		}
	return conf_error(
		&p->conf, p->line, p->err,
		"there is no $%s: expected $control_number, $revision, $type, "
		"$document, $row, $quantity or $price",
		name);
}

static bool is_name(const char *text)
{
	return *text && strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuv"
				     "wxyz0123456789_/-") == strlen(text);
}

static enum rc take_term(struct parsing *p, const struct words *w, struct csv_column *c)
{
	struct csv_term *term =
		arena_push(p->arena, c->terms, c->n_terms, c->cap_terms);

	*term = (struct csv_term){CSV_TEXT, w->text};
	if (w->token == TOKEN_TEXT)
		return RC_OK;
	if (w->token == TOKEN_WORD && *w->text == '$')
		return take_variable(p, w->text + 1, term);
	if (w->token == TOKEN_WORD && is_name(w->text + (*w->text == '@'))) {
		term->source = *w->text == '@' ? CSV_FACT : CSV_FIELD;
		term->text += *w->text == '@';
		return RC_OK;
	}
	return conf_error(&p->conf, p->line, p->err,
			  "expected a field (seller/name), a fact (@supplier), a "
			  "variable ($row) or a \"text\"");
}

/* --- what is done to it ----------------------------------------------- */

static const char *const filter_names[CSV_FILTER_N] = {
	[CSV_DATE] = "date", [CSV_NUMBER] = "number", [CSV_AMOUNT] = "amount",
	[CSV_LESS] = "less", [CSV_SIGNED] = "signed", [CSV_MAP] = "map",
	[CSV_MAX] = "max",   [CSV_UPPER] = "upper",   [CSV_REQUIRED] = "required",
	[CSV_ONCE] = "once",
};

/* "380=STANDARD 381=CREDIT *=OTHER" */
static enum rc take_pairs(struct parsing *p, const char *text,
			  struct csv_filter *filter)
{
	for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
		size_t len = strcspn(text, " ");
		const char *equals = memchr(text, '=', len);

		if (equals == NULL || equals == text)
			return conf_error(&p->conf, p->line, p->err,
					  "map(...) needs pairs like 380=STANDARD, not "
					  "\"%.*s\"",
					  (int)len, text);
		*arena_push(p->arena, filter->pairs, filter->n_pairs,
			    filter->cap_pairs) = (struct csv_pair){
			arena_strndup(p->arena, text, (size_t)(equals - text)),
			arena_strndup(p->arena, equals + 1,
				      len - (size_t)(equals + 1 - text)),
		};
		text += len;
	}
	return filter->n_pairs
		       ? RC_OK
		       : conf_error(&p->conf, p->line, p->err, "map(...) is empty");
}

static enum rc take_argument(struct parsing *p, struct words *w,
			     struct csv_filter *filter)
{
	bool wanted = filter->kind == CSV_MAP || filter->kind == CSV_MAX;
	const char *argument;

	if (!wanted)
		return RC_OK;
	if (*w->at != '(')
		return conf_error(&p->conf, p->line, p->err,
				  "%s needs an argument in brackets",
				  filter_names[filter->kind]);
	take_until(w, p->arena, w->at + 1, ')');
	argument = w->text;
	if (filter->kind == CSV_MAP)
		return take_pairs(p, argument, filter);
	filter->number = strtol(argument, NULL, 10);
	if (filter->number < 1 || filter->number > 100000)
		return conf_error(&p->conf, p->line, p->err,
				  "max(...) needs a number from 1, not \"%s\"",
				  argument);
	return RC_OK;
}

static enum rc take_filter(struct parsing *p, struct words *w, struct csv_column *c)
{
	for (size_t i = 0; i < CSV_FILTER_N; i++) {
		struct csv_filter *filter;

		if (w->token != TOKEN_WORD || strcmp(filter_names[i], w->text) != 0)
			continue;
		filter = arena_push(p->arena, c->filters, c->n_filters, c->cap_filters);
		*filter = (struct csv_filter){.kind = (enum csv_filter_kind)i};
		return take_argument(p, w, filter);
	}
	return conf_error(
		&p->conf, p->line, p->err,
		"\"%s\" is none of date, number, amount, less, signed, map, max, "
		"upper, required, once",
		w->text ? w->text : "");
}

/* FIELD | @FACT | "text" : FILTER FILTER(ARGUMENT) */
static enum rc take_column(struct parsing *p, const struct conf_entry *entry,
			   struct csv_rows *rows)
{
	struct csv_column *c =
		arena_push(p->arena, rows->columns, rows->n_columns, rows->cap_columns);
	struct words w = {.at = entry->value};
	enum rc rc = RC_OK;

	*c = (struct csv_column){.title = entry->key};
	p->line = entry->line;
	if (*entry->value == '\0') /* a column that is always empty */
		return RC_OK;
	do {
		next_word(&w, p->arena);
		rc = take_term(p, &w, c);
	} while (rc == RC_OK && next_word(&w, p->arena) != TOKEN_END &&
		 is_sign(&w, "|"));
	if (rc == RC_OK && w.token != TOKEN_END && !is_sign(&w, ":"))
		rc = conf_error(&p->conf, p->line, p->err,
				"expected \"|\" or \":\" before \"%s\"", w.text);
	while (rc == RC_OK && w.token != TOKEN_END &&
	       next_word(&w, p->arena) != TOKEN_END)
		rc = take_filter(p, &w, c);
	if (rc == RC_OK && w.open)
		rc = conf_error(&p->conf, p->line, p->err,
				"a quote or bracket is not closed");
	return rc;
}

/* --- files ------------------------------------------------------------ */

static struct csv_file *file_named(struct render_mapping *mapping, const char *name,
				   size_t len)
{
	for (size_t i = 0; i < mapping->n_files; i++)
		if (strlen(mapping->files[i].name) == len &&
		    strncmp(mapping->files[i].name, name, len) == 0)
			return &mapping->files[i];
	return NULL;
}

/* It goes into a folder of ours and is written in a manifest. */
static bool is_file_name(const char *name)
{
	return *name && *name != '.' && strlen(name) <= NAME_MAX_LEN &&
	       strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			    "0123456789_.-") == strlen(name);
}

static bool has_title(const struct csv_rows *rows, const char *title)
{
	for (size_t i = 0; i < rows->n_columns; i++)
		if (strcmp(rows->columns[i].title, title) == 0)
			return true;
	return false;
}

/* Later rows of a file use the titles of the first. */
static enum rc check_titles(struct parsing *p, const struct csv_file *file,
			    const struct csv_rows *rows)
{
	for (size_t i = 0; i < rows->n_columns; i++)
		if (!has_title(&file->rows[0], rows->columns[i].title))
			return conf_error(&p->conf, p->line, p->err,
					  "\"%s\" is no column of the first rows of %s",
					  rows->columns[i].title, file->name);
	return RC_OK;
}

/* [file NAME] or [file NAME TABLE] */
static enum rc take_file(struct parsing *p, struct conf_section *section)
{
	size_t len = strcspn(section->name, " ");
	const char *name = arena_strndup(p->arena, section->name, len);
	const char *table = section->name + len + strspn(section->name + len, " ");
	struct csv_file *file = file_named(p->mapping, name, len);
	struct csv_rows *rows;
	enum rc rc = RC_OK;

	p->line = section->line;
	if (!is_file_name(name) || (*table && !is_name(table)))
		return conf_error(&p->conf, p->line, p->err,
				  "expected [file NAME.csv] or [file NAME.csv TABLE]");
	if (file == NULL) {
		file = arena_push(p->arena, p->mapping->files, p->mapping->n_files,
				  p->mapping->cap_files);
		*file = (struct csv_file){.name = name};
	}
	rows = arena_push(p->arena, file->rows, file->n_rows, file->cap_rows);
	*rows = (struct csv_rows){.table = *table ? table : NULL};
	for (size_t i = 0; rc == RC_OK && i < section->n_entries; i++) {
		section->entries[i].used = true;
		rc = take_column(p, &section->entries[i], rows);
	}
	if (rc == RC_OK && rows->n_columns == 0)
		rc = conf_error(&p->conf, section->line, p->err, "it has no columns");
	return rc == RC_OK ? check_titles(p, file, rows) : rc;
}

/* --- the whole -------------------------------------------------------- */

struct choice {
	const char *word;
	int value;
};

/* One of a few words; the setting keeps its value when the key is absent. */
static enum rc take_choice(struct parsing *p, struct conf_section *section,
			   const char *key, const struct choice *choices, int *out)
{
	struct strbuf expected;
	int line;
	const char *value = conf_get(section, key, &line);

	if (value == NULL)
		return RC_OK;
	strbuf_init(&expected, p->arena);
	for (; choices->word; choices++) {
		if (strcmp(choices->word, value) == 0) {
			*out = choices->value;
			return RC_OK;
		}
		strbuf_addf(&expected, "%s%s", expected.len ? ", " : "", choices->word);
	}
	return conf_error(&p->conf, line, p->err, "%s: \"%s\" is none of %s", key,
			  value, expected.text);
}

static enum rc take_way_of_writing(struct parsing *p, struct conf_section *section)
{
	static const struct choice separators[] = {
		{"comma", ','}, {"semicolon", ';'}, {"tab", '\t'}, {"bar", '|'}, {0}};
	static const struct choice decimals[] = {{"point", '.'}, {"comma", ','}, {0}};
	static const struct choice encodings[] = {{"utf-8", CSV_UTF_8},
						  {"utf-8-bom", CSV_UTF_8_BOM},
						  {"utf-16", CSV_UTF_16},
						  {"latin-1", CSV_LATIN_1},
						  {"windows-1252", CSV_WINDOWS_1252},
						  {0}};
	static const struct choice ends[] = {{"lf", 0}, {"crlf", 1}, {0}};
	static const struct choice quotes[] = {{"needed", 0}, {"always", 1}, {0}};
	int separator = ',', decimal = '.', encoding = CSV_UTF_8, crlf = 1, always = 0;
	enum rc rc = take_choice(p, section, "separator", separators, &separator);

	if (rc == RC_OK)
		rc = take_choice(p, section, "decimal", decimals, &decimal);
	if (rc == RC_OK)
		rc = take_choice(p, section, "encoding", encodings, &encoding);
	if (rc == RC_OK)
		rc = take_choice(p, section, "line_end", ends, &crlf);
	if (rc == RC_OK)
		rc = take_choice(p, section, "quotes", quotes, &always);
	p->mapping->separator = (char)separator;
	p->mapping->decimal = (char)decimal;
	p->mapping->encoding = (enum csv_encoding)encoding;
	p->mapping->line_end = crlf ? "\r\n" : "\n";
	p->mapping->quote_all = always;
	return rc;
}

static enum rc take_mapping(struct parsing *p, struct conf_section *section)
{
	const char *date = conf_get(section, "date", NULL);

	p->mapping->doctype = conf_get(section, "documents", NULL);
	p->mapping->date = date ? date : "YYYY-MM-DD";
	p->mapping->headings = true;
	if (p->mapping->doctype == NULL)
		return conf_error(&p->conf, section->line, p->err,
				  "[mapping] needs \"documents\": the type it is for");
	if (conf_bool(&p->conf, section, "headings", &p->mapping->headings, p->err) !=
	    RC_OK)
		return RC_FAIL;
	return take_way_of_writing(p, section);
}

static enum rc take_sections(struct parsing *p)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < p->conf.n_sections; i++) {
		struct conf_section *section = &p->conf.sections[i];

		if (strcmp(section->kind, "mapping") == 0 && *section->name == '\0')
			rc = take_mapping(p, section);
		else if (strcmp(section->kind, "file") == 0)
			rc = take_file(p, section);
		else
			rc = conf_error(&p->conf, section->line, p->err,
					"expected [mapping] or [file NAME.csv]");
	}
	return rc;
}

enum rc render_mapping_parse(const char *name, const char *text, size_t len,
			     struct arena *arena, struct render_mapping **out,
			     struct err *err)
{
	struct parsing p = {.arena = arena, .err = err};
	enum rc rc = conf_parse(name, text, len, arena, &p.conf, err);

	p.mapping = arena_alloc(arena, sizeof *p.mapping);
	p.mapping->name = arena_strdup(arena, name);
	if (rc == RC_OK)
		rc = take_sections(&p);
	if (rc == RC_OK && p.mapping->doctype == NULL)
		rc = conf_error(&p.conf, 0, err, "there is no section [mapping]");
	if (rc == RC_OK && p.mapping->n_files == 0)
		rc = conf_error(&p.conf, 0, err, "there is no section [file NAME.csv]");
	if (rc == RC_OK)
		rc = conf_check_unused(&p.conf, err);
	*out = p.mapping;
	return rc;
}

enum rc render_mapping_load(const char *dir, const char *name, struct arena *arena,
			    struct render_mapping **out, struct err *err)
{
	const char *path = arena_printf(arena, "%s/%s.map", dir, name);
	char *text;
	size_t len;
	enum rc rc;

	if (!is_name(name) || strchr(name, '/'))
		return err_set(err, RC_FAIL, "\"%s\" is no name of a mapping", name);
	rc = file_read(AT_FDCWD, path, MAPPING_MAX, arena, &text, &len, err);
	return rc == RC_OK ? render_mapping_parse(path, text, len, arena, out, err)
			   : rc;
}
