/* database.c - what the commands on the database share: opening it, asking, showing.
 *
 * A database that is not there is no puzzle for whoever runs the command: the complaint
 * says which one was asked for, what came back, and that no file is lost by it. */
#include "database.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

static const char *where(const struct settings *s, struct arena *arena)
{
	return s->database ? "the configured database"
			   : arena_printf(arena, "the private database in %s/pg",
					  s->run_dir);
}

static const char *remedy(const struct settings *s, enum rc rc)
{
	if (rc == RC_FAIL)
		return "";
	return s->database
		       ? "\nFiles stay in their trays until it is back. Look whether "
			 "PostgreSQL runs and can be reached from here."
		       : "\nFiles stay in their trays until it is back. intrayd starts "
			 "it: "
			 "look whether intrayd runs.";
}

bool cli_db_open(struct cli *cli, struct cli_db *out)
{
	const char *conninfo;
	struct err err;

	*out = (struct cli_db){.cli = cli};
	if (!cli_settings(cli, &out->settings))
		return false;
	enum rc rc = db_conninfo(&out->settings, DB_ADMIN, cli->arena, &conninfo, &err);
	if (rc == RC_OK)
		rc = db_open(conninfo, DB_ADMIN, &out->db, &err);
	if (rc == RC_OK)
		return true;
	if (cli->json)
		cli_print_json(json_pack("{s:s, s:s}", "database", "unreachable",
					 "error", err.text));
	cli_complain(cli, "cannot use %s: %s%s", where(&out->settings, cli->arena),
		     err.text, remedy(&out->settings, rc));
	return false;
}

void cli_db_close(struct cli_db *cdb)
{
	db_close(&cdb->db);
}

/* What the server says of a time it cannot read, and what we say. */
static const struct {
	const char *server, *ours;
} times[] = {
	{"invalid input syntax for type timestamp with time zone: ",
	 "this is no time: "},
	{"invalid input syntax for type date: ", "this is no date: "},
	{"date/time field value out of range: ", "there is no such day or time: "},
};

/* The server's words for whoever asked: our statements' names are of no use to him. */
const char *cli_db_words(struct arena *arena, const char *text, const char *name)
{
	size_t len = strlen(name);

	if (strncmp(text, name, len) == 0 && text[len] == ':')
		text += len + 2;
	for (size_t i = 0; i < N_OF(times); i++)
		if (text_starts(text, times[i].server))
			return arena_printf(
				arena,
				"%s%s (write 2026-03-01, or \"2026-03-01 14:00\")",
				times[i].ours, text + strlen(times[i].server));
	return text;
}

bool cli_db_rows(struct cli_db *cdb, const char *name, const char *const *params,
		 size_t n_params, struct db_rows *out)
{
	struct err err;

	if (db_query(cdb->db, name, params, n_params, cdb->cli->arena, out, &err) ==
	    RC_OK)
		return true;
	cli_complain(cdb->cli, "%s", cli_db_words(cdb->cli->arena, err.text, name));
	return false;
}

static int find_column(const struct db_rows *rows, const char *name)
{
	for (size_t i = 0; i < rows->n_columns; i++)
		if (strcmp(rows->columns[i], name) == 0)
			return (int)i;
	return -1;
}

const char *rows_value(const struct db_rows *rows, size_t row, const char *column)
{
	int i = find_column(rows, column);

	if (i < 0)
		die("no column %s", column);
	return rows->values[row][i];
}

/* File names come as bytes in hex, in a column that says so. */
static const char *cell(struct cli *cli, const struct db_rows *rows, size_t row,
			const char *key)
{
	const char *hex = arena_printf(cli->arena, "%s_hex", key);
	bool is_name = find_column(rows, hex) >= 0;
	const char *value = rows_value(rows, row, is_name ? hex : key);

	if (!value)
		return NULL;
	if (is_name)
		return name_from_hex(cli->arena, value);
	if (text_ends(key, "_s") && !cli->json)
		return duration_text(cli->arena, strtol(value, NULL, 10));
	return value;
}

bool cli_db_table(struct cli_db *cdb, const char *name, const char *const *params,
		  size_t n_params, const struct column *columns, size_t n_columns,
		  struct table *out)
{
	struct db_rows rows;

	table_init(out, cdb->cli->arena, columns, n_columns);
	if (!cli_db_rows(cdb, name, params, n_params, &rows))
		return false;
	for (size_t r = 0; r < rows.n_rows; r++) {
		const char **row = table_row(out);
		for (size_t c = 0; c < n_columns; c++)
			row[c] = cell(cdb->cli, &rows, r, columns[c].key);
	}
	return true;
}

int cli_db_print(struct cli *cli, const char *query, const char *const *params,
		 size_t n_params, const struct column *columns, size_t n_columns,
		 const char *none)
{
	AUTO_CLI_DB cdb = {0};
	struct table table;

	if (!cli_db_open(cli, &cdb) ||
	    !cli_db_table(&cdb, query, params, n_params, columns, n_columns, &table))
		return CLI_CANNOT;
	if (cli->json)
		cli_print_json(table_json(&table));
	else if (table.n_rows > 0)
		table_print(&table, stdout, 0);
	else
		printf("%s\n", none);
	return CLI_FINE;
}

static void print_section(const struct section *section, const struct table *table)
{
	printf("%s\n", section->heading);
	if (table->n_rows > 0)
		table_print(table, stdout, 0);
	else
		printf("  %s\n", section->none);
	putchar('\n');
}

bool cli_db_sections(struct cli_db *cdb, const struct section *sections,
		     size_t n_sections, const char *const *params, size_t n_params,
		     json_t *all)
{
	struct table table;

	for (size_t i = 0; i < n_sections; i++) {
		const struct section *s = &sections[i];

		if (!cli_db_table(cdb, s->query, params, n_params, s->columns,
				  s->n_columns, &table))
			return false;
		if (cdb->cli->json)
			json_object_set_new(all, s->key, table_json(&table));
		else
			print_section(s, &table);
	}
	return true;
}

int cli_db_list(struct cli *cli, const char *query, const struct column *columns,
		size_t n_columns)
{
	AUTO_CLI_DB cdb = {0};
	struct table table;

	if (!cli_db_open(cli, &cdb) ||
	    !cli_db_table(&cdb, query, NULL, 0, columns, n_columns, &table))
		return CLI_CANNOT;
	if (cli->json)
		cli_print_json(table_json(&table));
	else
		table_print(&table, stdout, 0);
	return CLI_FINE;
}

const char *duration_text(struct arena *arena, long s)
{
	if (s < 60)
		return arena_printf(arena, "%ld s", s < 0 ? 0 : s);
	if (s < 3600)
		return arena_printf(arena, "%ld min", s / 60);
	if (s < 86400)
		return arena_printf(arena, "%ld h %ld min", s / 3600, s / 60 % 60);
	return arena_printf(arena, "%ld d %ld h", s / 86400, s / 3600 % 24);
}

const char *name_from_hex(struct arena *arena, const char *hex)
{
	size_t len = strlen(hex) / 2;
	char *bytes = arena_alloc(arena, len + 1);

	return text_unhex(hex, bytes, len) ? text_show_name(arena, bytes, len) : hex;
}

int for_each_document(struct cli *cli, const char *query, const char *extra)
{
	AUTO_CLI_DB cdb = {0};
	json_t *done = json_array();
	int status = CLI_FINE;

	if (!cli_db_open(cli, &cdb)) {
		json_decref(done);
		return CLI_CANNOT;
	}
	for (size_t i = 0; i < cli->n_args; i++) {
		const char *params[] = {cli->args[i], extra};
		struct db_rows rows;
		if (!cli_db_rows(&cdb, query, params, extra ? 2 : 1, &rows)) {
			status = CLI_CANNOT;
			continue;
		}
		if (!cli->json)
			printf("%s\n", rows.values[0][0]);
		json_array_append_new(done, json_pack("{s:s, s:s}", "id", cli->args[i],
						      "done", rows.values[0][0]));
	}
	if (cli->json)
		cli_print_json(done);
	else
		json_decref(done);
	return status;
}
