/**
 * @file vcon_people.c  The parties of a vCon beside the caller
 *
 * Each is a fact such as "Agent: Anna (billing)", and has a label that
 * sentences about what happened use.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <json-c/json.h>
#include "../build.h"
#include "../json/value.h"
#include "../text/names.h"
#include "../text/text.h"
#include "vcon.h"


enum { LINE_SIZE = 512 };         /* bytes of one party's fact              */

/** A line that is filled piece by piece */
struct line {
	char p[LINE_SIZE];
	size_t l;
	bool open;                /**< a bracket is                         */
};


static void line_put(struct line *line, const char *p, size_t len)
{
	if (len > sizeof(line->p) - 2 - line->l)
		return;

	memcpy(line->p + line->l, p, len);
	line->l += len;
}


/* "(a, b": what a party is beside its name */
static void line_more(struct line *line, const char *p, size_t len)
{
	text_trim(&p, &len);
	if (!len || len > LINE_SIZE / 4)
		return;

	if (line->l)
		line_put(line, line->open ? ", " : " (", 2);
	line->open = line->open || line->l;
	line_put(line, p, len);
}


static void line_member(struct line *line, struct json_object *elem,
			struct json_object *meta, const char *name)
{
	const char *const names[] = {name, NULL};
	struct json_object *val = value_member(elem, names);
	const char *p;
	size_t len;

	p = value_text(val ? val : value_member(meta, names), &len);
	if (p && len && !(len == line->l && !memcmp(p, line->p, len)))
		line_more(line, p, len);
}


/* The noun of a party's fact; *plain is set if the role says no more */
static const char *noun_of(const struct party *party,
			   struct json_object *elem, bool *plain)
{
	static const char *const roles[] = {"role", NULL};
	struct json_object *val = value_member(elem, roles);
	const char *role;
	size_t len;

	if (!val)
		val = value_member(vcon_party_meta(elem), roles);
	role = value_text(val, &len);

	*plain = true;
	if (!strcmp(party->who, "ai"))
		return "AI";
	if (role && text_is(role, len, "supervisor"))
		return "Supervisor";
	if (!strcmp(party->who, "agent")) {
		*plain = !role || !text_is(role, len, "sme");
		return "Agent";
	}

	if (!strcmp(party->who, "caller"))
		return "Customer";

	*plain = false;

	return "Party";
}


static int person(struct vcon *vcon, const struct party *party,
		  struct json_object *elem)
{
	static const char *const morev[] = {"title", "skill", "dept", "org"};
	static const char *const sessions[] = {"agent_session", NULL};
	static const char *const models[] = {
		"model_id", "model", "provider",
	};
	struct json_object *meta = vcon_party_meta(elem);
	struct json_object *session = value_member(meta, sessions);
	struct line line = {.l = 0};
	const char *noun, *name;
	bool plain;

	noun = noun_of(party, elem, &plain);
	name = party->name ? party->name : party->address;
	if (name)
		line_put(&line, name, strlen(name) < LINE_SIZE / 4 ?
			 strlen(name) : 0);

	if (!plain)
		line_member(&line, elem, meta, "role");
	for (size_t i = 0; i < sizeof(morev) / sizeof(*morev); i++)
		line_member(&line, elem, meta, morev[i]);
	for (size_t i = 0; i < sizeof(models) / sizeof(*models); i++)
		line_member(&line, session, NULL, models[i]);

	if (line.open)
		line_put(&line, ")", 1);

	return line.l ? vcon_fact_more(vcon->ctx, noun, line.p, line.l) : 0;
}


/**
 * Make a fact of each party that is not the caller
 *
 * @param vcon  vCon, after vcon_parties_read()
 * @param elemv The parties
 *
 * @return 0 or ENOMEM
 */
int vcon_people(struct vcon *vcon, struct json_object **elemv)
{
	bool caller = false;

	for (size_t i = 0; i < vcon->parties.c; i++) {
		const struct party *party = &vcon->parties.v[i];
		int err;

		/* The first one: the form has room for one caller */
		if (!strcmp(party->who, "caller") && !caller) {
			caller = true;
			continue;
		}
		if (!json_object_is_type(elemv[i], json_type_object))
			continue;

		err = person(vcon, party, elemv[i]);
		if (err)
			return err;
	}

	return 0;
}


/**
 * What a sentence calls a party
 *
 * @param vcon  vCon
 * @param party Its index, any
 */
const char *vcon_party_label(const struct vcon *vcon, size_t party)
{
	const struct party *p;

	if (party >= vcon->parties.c)
		return "somebody";

	p = &vcon->parties.v[party];
	if (p->name)
		return p->name;
	if (!strcmp(p->who, "caller"))
		return "the caller";
	if (p->address)
		return p->address;
	if (!strcmp(p->who, "ai"))
		return "the AI";

	return !strcmp(p->who, "agent") ? "an agent" : "somebody";
}


/** "the AI" begins a sentence as "The AI" */
void vcon_capital(char *text)
{
	if (!strncmp(text, "the ", 4))
		*text = 'T';
	else if (!strncmp(text, "an agent ", 9))
		*text = 'A';
	else if (!strncmp(text, "somebody ", 9))
		*text = 'S';
}
