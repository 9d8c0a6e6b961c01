/* erp_server.c - an ERP that is asked by HTTPS, as awkward as a real one; for tests.
 *
 *   erp_server PORT-FILE BOOK CERTIFICATE KEY [MOODS-FILE]
 *
 * Books each Idempotency-Key once, whatever comes with it, as a line "key number
 * sha256" in BOOK, with the link to the PDF behind it where there is one. Before each
 * answer it takes the first word out of MOODS-FILE:
 *
 *   - fine: booked, 200 {"answer": "posted", "number": ...} (also when the file is
 *     empty)
 *   - deaf: booked, but the connection is dropped before the answer
 *   - busy: 503, not booked
 *   - proxy: 502 with a page of HTML
 *   - later: 202, not booked yet: acknowledged, a number comes another way
 *   - data: 422 with class, code and text
 *   - locked: 200 refused, technical
 *   - reverse: 409 with class must-reverse
 *   - nonsense: 200 and a body that is no JSON
 *   - hang: booked, and no answer for as long as the client waits
 *   - half: booked, 200 and the first half of what it has to say, then nothing more
 *   - chatty: booked, 200 and a page of 300 KB
 *
 * It prints nothing. */
#include <microhttpd.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sha256.h"

static const char *book_path, *moods_path;
static char certificate[16384], key[16384];

struct upload {
	char *bytes;
	size_t len;
};

static void read_text(const char *path, char *out, size_t room)
{
	FILE *f = fopen(path, "r");
	size_t n = f ? fread(out, 1, room - 1, f) : 0;

	out[n] = '\0';
	if (f)
		fclose(f);
}

static void take_mood(char mood[32])
{
	char all[4096] = "", rest[4096] = "";

	strcpy(mood, "fine");
	if (!moods_path)
		return;
	read_text(moods_path, all, sizeof(all));
	if (sscanf(all, "%31s %4095[^\1]", mood, rest) < 1)
		return;
	FILE *f = fopen(moods_path, "w");
	if (f) {
		fputs(rest, f);
		fclose(f);
	}
}

/* The number under which the key is booked; books it when it is not. */
static int book(const char *idempotency_key, const char *link,
		const struct upload *upload)
{
	char line[512], hash[65];
	size_t len = strlen(idempotency_key);
	int number = 1000;
	FILE *f = fopen(book_path, "a+");

	if (!f)
		abort();
	rewind(f);
	while (fgets(line, sizeof(line), f)) {
		number++;
		if (strncmp(line, idempotency_key, len) == 0 && line[len] == ' ') {
			fclose(f);
			return number;
		}
	}
	fprintf(f, "%s BK-%d %s%s%s\n", idempotency_key, number + 1,
		sha256_text(upload->bytes, upload->len, hash), link ? " " : "",
		link ? link : "");
	fclose(f);
	return number + 1;
}

static enum MHD_Result say(struct MHD_Connection *connection, unsigned status,
			   const char *body)
{
	char copy[512];

	snprintf(copy, sizeof(copy), "%s", body);
	struct MHD_Response *response = MHD_create_response_from_buffer(
		strlen(copy), copy, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result queued = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return queued;
}

static enum MHD_Result chat(struct MHD_Connection *connection)
{
	static char page[300 * 1024];

	memset(page, ' ', sizeof(page));
	struct MHD_Response *response = MHD_create_response_from_buffer(
		sizeof(page), page, MHD_RESPMEM_PERSISTENT);
	enum MHD_Result queued = MHD_queue_response(connection, 200, response);
	MHD_destroy_response(response);
	return queued;
}

static ssize_t say_half(void *cls, uint64_t at, char *out, size_t max)
{
	static const char half[] = "{\"answer\": \"posted\", \"num";

	(void)cls;
	if (at > 0 || max < sizeof(half))
		sleep(3600);
	memcpy(out, half, sizeof(half) - 1);
	return sizeof(half) - 1;
}

static enum MHD_Result begin(struct MHD_Connection *connection)
{
	struct MHD_Response *response =
		MHD_create_response_from_callback(64, 1024, say_half, NULL, NULL);
	enum MHD_Result queued = MHD_queue_response(connection, 200, response);
	MHD_destroy_response(response);
	return queued;
}

static enum MHD_Result answer(struct MHD_Connection *connection,
			      const struct upload *upload)
{
	static const struct {
		const char *mood;
		unsigned status;
		const char *body;
	} refusals[] = {
		{"busy", 503, ""},
		{"proxy", 502, "<html>Bad Gateway</html>"},
		{"later", 202, ""},
		{"data", 422,
		 "{\"class\": \"data\", \"code\": \"E7\", \"text\": \"no cost "
		 "centre\"}"},
		{"locked", 200,
		 "{\"answer\": \"refused\", \"class\": \"technical\", \"text\": "
		 "\"locked\"}"},
		{"reverse", 409,
		 "{\"class\": \"must-reverse\", \"text\": \"period "
		 "closed\"}"},
	};
	const char *idempotency_key = MHD_lookup_connection_value(
		connection, MHD_HEADER_KIND, "Idempotency-Key");
	char mood[32], body[128];

	if (!idempotency_key)
		return say(connection, 400, "no key");
	take_mood(mood);
	for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++)
		if (strcmp(refusals[i].mood, mood) == 0)
			return say(connection, refusals[i].status, refusals[i].body);
	if (upload->len == 0)
		return say(connection, 200, "");
	int number = book(
		idempotency_key,
		MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Intray-PDF"),
		upload);
	if (strcmp(mood, "deaf") == 0)
		return MHD_NO;
	if (strcmp(mood, "hang") == 0)
		sleep(3600);
	if (strcmp(mood, "half") == 0)
		return begin(connection);
	if (strcmp(mood, "chatty") == 0)
		return chat(connection);
	if (strcmp(mood, "nonsense") == 0)
		return say(connection, 200, "booked it, I think");
	snprintf(body, sizeof(body), "{\"answer\": \"posted\", \"number\": \"BK-%d\"}",
		 number);
	return say(connection, 200, body);
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection,
				  const char *url, const char *method,
				  const char *version, const char *data, size_t *size,
				  void **state)
{
	struct upload *upload = *state;

	(void)cls;
	(void)url;
	(void)version;
	if (strcmp(method, "POST") != 0)
		return say(connection, 405, "");
	if (!upload) {
		*state = calloc(1, sizeof(*upload));
		return *state ? MHD_YES : MHD_NO;
	}
	if (*size > 0) {
		char *more = realloc(upload->bytes, upload->len + *size);
		if (!more)
			return MHD_NO;
		upload->bytes = more;
		memcpy(more + upload->len, data, *size);
		upload->len += *size;
		*size = 0;
		return MHD_YES;
	}
	return answer(connection, upload);
}

static void on_done(void *cls, struct MHD_Connection *connection, void **state,
		    enum MHD_RequestTerminationCode code)
{
	struct upload *upload = *state;

	(void)cls;
	(void)connection;
	(void)code;
	if (upload)
		free(upload->bytes);
	free(upload);
	*state = NULL;
}

int main(int argc, char **argv)
{
	if (argc < 5)
		return 2;
	book_path = argv[2];
	moods_path = argc > 5 ? argv[5] : NULL;
	read_text(argv[3], certificate, sizeof(certificate));
	read_text(argv[4], key, sizeof(key));
	signal(SIGPIPE, SIG_IGN);
	/* PORT-FILE may hold the port of an earlier life. */
	char port[16];
	read_text(argv[1], port, sizeof(port));
	struct MHD_Daemon *daemon = MHD_start_daemon(
		MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION |
			MHD_USE_TLS,
		(unsigned short)atoi(port), NULL, NULL, on_request, NULL,
		MHD_OPTION_HTTPS_MEM_CERT, certificate, MHD_OPTION_HTTPS_MEM_KEY, key,
		MHD_OPTION_NOTIFY_COMPLETED, on_done, NULL,
		MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, MHD_OPTION_END);
	if (!daemon)
		return 1;
	FILE *f = fopen(argv[1], "w");
	if (!f)
		return 1;
	fprintf(f, "%u\n",
		MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
	fclose(f);
	pause();
	return 0;
}
