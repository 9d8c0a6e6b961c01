/* html_text.c - what a person would read of the HTML in a mail, as plain lines.
 *
 * No browser: rows of tables and paragraphs become lines, cells stand apart by blanks,
 * what is no text (style, script, head) goes, entities become letters. The result is
 * laid out as a page (letter.c), so that what is read is what the desk shows. Any bytes
 * give some text; nothing fails. */
#include "part.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

static const char *const lines[] = {
	/* their beginning and end ends a line */
	"address", "article", "blockquote", "br",    "center", "dd", "div", "dl",
	"dt",	   "footer",  "form",	    "h1",    "h2",     "h3", "h4",  "h5",
	"h6",	   "header",  "hr",	    "li",    "ol",     "p",  "pre", "section",
	"table",   "tbody",   "thead",	    "title", "tr",     "ul", NULL,
};
static const char *const hidden[] = {"head", "script", "style", "noscript", NULL};

static const struct {
	const char *name;
	uint32_t cp;
} entities[] = {
	{"amp", '&'},	   {"lt", '<'},	       {"gt", '>'},	  {"quot", '"'},
	{"apos", '\''},	   {"nbsp", ' '},      {"euro", 0x20ac},  {"pound", 0xa3},
	{"yen", 0xa5},	   {"cent", 0xa2},     {"sect", 0xa7},	  {"copy", 0xa9},
	{"reg", 0xae},	   {"deg", 0xb0},      {"middot", 0xb7},  {"ndash", 0x2013},
	{"mdash", 0x2014}, {"hellip", 0x2026}, {"bull", 0x2022},  {"auml", 0xe4},
	{"ouml", 0xf6},	   {"uuml", 0xfc},     {"Auml", 0xc4},	  {"Ouml", 0xd6},
	{"Uuml", 0xdc},	   {"szlig", 0xdf},    {"agrave", 0xe0},  {"aacute", 0xe1},
	{"acirc", 0xe2},   {"ccedil", 0xe7},   {"egrave", 0xe8},  {"eacute", 0xe9},
	{"ecirc", 0xea},   {"iacute", 0xed},   {"ntilde", 0xf1},  {"oacute", 0xf3},
	{"uacute", 0xfa},  {"aring", 0xe5},    {"oslash", 0xf8},  {"aelig", 0xe6},
	{"rsquo", 0x2019}, {"lsquo", 0x2018},  {"rdquo", 0x201d}, {"ldquo", 0x201c},
};

struct page_text {
	struct strbuf out;
	bool blank;   /* the next letter begins a new word */
	int newlines; /* at the end of out */
};

static void end_line(struct page_text *p)
{
	if (p->newlines == 0 && p->out.len > 0) {
		strbuf_add(&p->out, "\n");
		p->newlines = 1;
	}
	p->blank = false;
}

static void add_letter(struct page_text *p, uint32_t cp)
{
	char bytes[4];
	if (cp <= ' ' || cp == 0xa0) {
		p->blank = p->out.len > 0 && p->newlines == 0;
		return;
	}
	if (p->blank)
		strbuf_add(&p->out, " ");
	p->blank = false;
	p->newlines = 0;
	strbuf_add_n(&p->out, bytes, text_put(cp, bytes));
}

/* "&eacute;", "&#233;", "&#xe9;": gives what stands behind it. */
static const char *take_entity(struct page_text *p, const char *at)
{
	enum { LONGEST = 10 };
	size_t len = strcspn(at + 1, "; \t\n<&");
	uint32_t cp = 0;
	if (at[1 + len] != ';' || len > LONGEST) {
		add_letter(p, '&');
		return at + 1;
	}
	if (at[1] == '#')
		cp = (uint32_t)strtoul(at[2] == 'x' || at[2] == 'X' ? at + 3 : at + 2,
				       NULL, at[2] == 'x' || at[2] == 'X' ? 16 : 10);
	for (size_t i = 0; i < sizeof(entities) / sizeof(*entities) && at[1] != '#';
	     i++)
		if (strlen(entities[i].name) == len &&
		    strncmp(entities[i].name, at + 1, len) == 0)
			cp = entities[i].cp;
	bool lawful = cp > 0 && cp < 0x110000 && !(cp >= 0xd800 && cp < 0xe000);
	add_letter(p, lawful ? cp : ' ');
	return at + len + 2;
}

static bool is_one_of(const char *const *names, const char *name, size_t len)
{
	for (; *names; names++)
		if (strlen(*names) == len && strncasecmp(*names, name, len) == 0)
			return true;
	return false;
}

/* Behind the end of an element whose content nobody sees. */
static const char *skip_hidden(const char *at, const char *name, size_t len)
{
	while ((at = strstr(at, "</"))) {
		if (strncasecmp(at + 2, name, len) == 0) {
			at += strcspn(at, ">");
			return *at ? at + 1 : at;
		}
		at += 2;
	}
	return NULL;
}

static const char *take_tag(struct page_text *p, const char *at)
{
	if (strncmp(at, "<!--", 4) == 0) {
		const char *end = strstr(at + 4, "-->");
		return end ? end + 3 : at + strlen(at);
	}
	const char *name = at + 1 + (at[1] == '/');
	size_t len = 0;
	while (isalnum((unsigned char)name[len]))
		len++;
	if (len == 0 && *name != '!' && *name != '?') {
		add_letter(p, '<');
		return at + 1;
	}
	const char *end = at + strcspn(at, ">");
	end += *end == '>';
	if (is_one_of(lines, name, len))
		end_line(p);
	else if (len == 2 &&
		 (strncasecmp(name, "td", 2) == 0 || strncasecmp(name, "th", 2) == 0))
		strbuf_add(&p->out,
			   at[1] == '/' || p->newlines || p->out.len == 0 ? "" : "   ");
	if (at[1] != '/' && is_one_of(hidden, name, len)) {
		const char *behind = skip_hidden(end, name, len);
		return behind ? behind : end;
	}
	return end;
}

char *html_text(struct arena *arena, const char *html)
{
	struct page_text p = {.newlines = 1};
	const char *end = html + strlen(html);
	strbuf_init(&p.out, arena);
	while (html < end) {
		if (*html == '<')
			html = take_tag(&p, html);
		else if (*html == '&')
			html = take_entity(&p, html);
		else
			add_letter(&p, text_next(&html, end));
	}
	return p.out.text;
}
