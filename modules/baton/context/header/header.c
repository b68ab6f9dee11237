/**
 * @file header.c  Named headers of platforms, read into a context
 *
 * What each name means is in header_table.c and, for a deployment's own, in
 * header_map.c.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../body.h"
#include "../build.h"
#include "../text/escape.h"
#include "../text/names.h"
#include "../text/text.h"
#include "fill_json.h"
#include "header_rule.h"
#include "passport.h"
#include "uui.h"


static void rule_find(struct header_rule *rule, const struct header_map *map,
		      const char *name, size_t len)
{
	memset(rule, 0, sizeof(*rule));

	if (!name || !len || name_secret(name, len))
		return;

	header_builtin(rule, name, len);
	(void)header_mapped(rule, map, name, len);
}


/**
 * What a header means
 *
 * @param map  Lines of baton_header, may be NULL
 * @param name Name of the header, any case
 * @param len  Its length
 *
 * @return Its role
 */
enum header_role header_role(const struct header_map *map, const char *name,
			     size_t len)
{
	struct header_rule rule;

	rule_find(&rule, map, name, len);

	return rule.role;
}


static int read_value(struct context *ctx, const struct header_rule *rule,
		      const char *label, size_t labellen, const char *p,
		      size_t len)
{
	int err = EINVAL;

	if (rule->fill == FILL_UUI)
		return uui_read(ctx, label, labellen, p, len);

	/* JSON may stand in any that is not the network's, but what a line of
	   baton_header names is exactly that */
	if (rule->open && !rule->mapped && !fill_object(rule->fill))
		err = uui_object(ctx, p, len);
	if (err == EINVAL && rule->fill == FILL_LIST)
		err = uui_list(ctx, label, labellen, p, len);
	if (err == EINVAL)
		err = fill_any(ctx, rule->fill, label, labellen, p, len);

	return err;
}


/* On one line, unescaped, without quotes, in UTF-8, and then read */
static int read_clean(struct context *ctx, const struct header_rule *rule,
		      const char *name, size_t namelen, const char *p,
		      size_t len)
{
	const size_t room = len + 1;
	char buf[LIMIT_NAME];
	const char *label = rule->label;
	size_t labellen = label ? strlen(label) : 0;
	char *folded = malloc(room);
	char *plain = malloc(room);
	char *text = malloc(room);
	char *latin = NULL;
	size_t n;
	int err;

	if (!folded || !plain || !text) {
		err = ENOMEM;
		goto out;
	}

	if (!label) {
		label = buf;
		labellen = header_label(buf, sizeof(buf), name, namelen);
	}

	len = unfold_read(folded, p, len);
	p = folded;

	/* User-to-User does the rest by itself */
	if (rule->fill == FILL_UUI) {
		err = read_value(ctx, rule, label, labellen, p, len);
		goto out;
	}

	n = percent_read(plain, p, len);
	if (n) {
		p = plain;
		len = n;
	}
	n = quoted_read(text, p, len);
	if (n || (len == 2 && !memcmp(p, "\"\"", 2))) {
		p = text;
		len = n;
	}
	text_trim(&p, &len);

	err = latin_read(&latin, &len, p, len);
	if (err == ENOMEM)
		goto out;
	if (latin)
		p = latin;

	err = read_value(ctx, rule, label, labellen, p, len);

 out:
	free(latin);
	free(text);
	free(plain);
	free(folded);

	return err;
}


/**
 * Read one named header
 *
 * @param ctxp    Context, to be given back by the caller
 * @param name    Name of the header, any case
 * @param namelen Its length
 * @param value   Its value
 * @param len     Its length
 * @param rules   With the lines of baton_header
 * @param error   Gets one line if it fails, else is empty
 *
 * @return 0; EPROTONOSUPPORT: no header of context; EMSGSIZE: more than
 *         LIMIT_HEADER; EBADMSG: empty, or a secret; ENOMEM; EINVAL
 */
int context_read_header(struct context **ctxp, const char *name,
			size_t namelen, const char *value, size_t len,
			const struct context_rules *rules,
			char error[CONTEXT_ERROR_SIZE])
{
	struct header_rule rule;
	struct context *ctx;
	int err;

	if (!ctxp || !name || !rules || !error || (!value && len))
		return EINVAL;

	error[0] = '\0';

	rule_find(&rule, rules->headers, name, namelen);
	if (rule.role == HEADER_NONE) {
		(void)snprintf(error, CONTEXT_ERROR_SIZE,
			       "not a header of context");
		return EPROTONOSUPPORT;
	}

	if (len > LIMIT_HEADER) {
		(void)snprintf(error, CONTEXT_ERROR_SIZE,
			       "header of %zu bytes, at most %d", len,
			       LIMIT_HEADER);
		return EMSGSIZE;
	}

	if (value)
		text_trim(&value, &len);

	ctx = context_create();
	if (!ctx)
		err = ENOMEM;
	else if (len && rule.fill == FILL_PASSPORT)
		err = passport_read(ctx, rule.label, strlen(rule.label),
				    value, len, rules->from, rules->now);
	else
		err = len ? read_clean(ctx, &rule, name, namelen, value, len)
			  : 0;

	/* Who writes a header has not verified anybody */
	if (!err) {
		ctx->caller.verified = false;
		ctx->caller.has_verified = false;
	}

	if (err) {
		(void)snprintf(error, CONTEXT_ERROR_SIZE, "out of memory");
	}
	else if (context_isempty(ctx)) {
		(void)snprintf(error, CONTEXT_ERROR_SIZE, len
			       ? "nothing in it that is context"
			       : "empty header");
		err = EBADMSG;
	}

	if (err)
		context_unref(ctx);
	else
		*ctxp = ctx;

	return err;
}


/* What a header's value is called if another has its field already; NULL if
   it has more than one */
static const char *label_of(char buf[LIMIT_NAME + 1],
			    const struct header_line *line,
			    const struct context *ctx,
			    const struct context_rules *rules)
{
	struct header_rule rule;
	unsigned fields = 0;

	for (unsigned i = 0; i < CONTEXT_FIELDS; i++)
		fields += context_has(ctx, i);

	if (line->uui || fields != 1)
		return NULL;

	rule_find(&rule, rules->headers, line->name, line->namelen);
	if (rule.fill == FILL_LIST || memchr(line->value, '{', line->len))
		return NULL;
	if (rule.label)
		return rule.label;

	buf[header_label(buf, LIMIT_NAME, line->name, line->namelen)] = '\0';

	return *buf ? buf : NULL;
}


static int read_line(struct context *ctx, struct header_line *line,
		     const struct context_rules *rules, unsigned number)
{
	struct context_rules own = *rules;
	char buf[LIMIT_NAME + 1];
	struct context *one = NULL;
	int err;

	own.from = line->number;
	line->uui = header_role(rules->headers, line->name, line->namelen)
		== HEADER_UUI;

	err = line->uui ? context_read_uui(&one, line->value, line->len,
					   line->error)
		: context_read_header(&one, line->name, line->namelen,
				      line->value, line->len, &own,
				      line->error);
	if (err)
		return err;

	err = context_join(ctx, one, label_of(buf, line, one, rules), number);

	if (!err && one->handoff_id && strcmp(one->handoff_id,
					      ctx->handoff_id))
		err = context_set(ctx, &line->id, one->handoff_id,
				  strlen(one->handoff_id));
	context_unref(one);

	return err;
}


/**
 * Read all headers of one message: the first that fills a field has it
 *
 * @param ctxp  Context, to be given back by the caller; of `from` bit i means
 *              the i-th header
 * @param linev Headers, they get what became of each
 * @param linec How many, 64 at most
 * @param rules With the lines of baton_header
 *
 * @return 0, also if some failed; EBADMSG: all failed; ENOMEM; EINVAL
 */
int context_read_headers(struct context **ctxp, struct header_line *linev,
			 size_t linec, const struct context_rules *rules)
{
	struct context *ctx;

	if (!ctxp || !linev || linec > 64 || !rules)
		return EINVAL;

	ctx = context_create();

	for (size_t i = 0; i < linec; i++) {
		struct header_line *line = &linev[i];

		if (line->error[0])
			continue;

		line->err = ctx ? read_line(ctx, line, rules, (unsigned)i)
			: ENOMEM;
		if (line->err && !line->error[0])
			(void)snprintf(line->error, sizeof(line->error),
				       "out of memory");
	}

	if (!ctx)
		return ENOMEM;

	if (context_isempty(ctx)) {
		context_unref(ctx);
		return EBADMSG;
	}

	*ctxp = ctx;

	return 0;
}
