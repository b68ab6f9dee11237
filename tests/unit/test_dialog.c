/**
 * @file test_dialog.c  RFC 3891: the header Replaces, and each row of its
 * table of answers
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "fake_host.h"

#define GOOD "c1@ai;to-tag=l1;from-tag=r1"


static int parse(struct replaces *rep, const char *value)
{
	char *copy;
	int err;

	/* Of exactly its size, so that a read behind it is seen */
	copy = malloc(strlen(value) ? strlen(value) : 1);
	assert_non_null(copy);
	memcpy(copy, value, strlen(value));
	err = replaces_parse(rep, copy, strlen(value));
	free(copy);

	return err;
}


static void assert_part(const char *p, size_t l, const char *text)
{
	assert_int_equal(l, strlen(text));
	assert_memory_equal(p, text, l);
}


static void assert_good(const char *value, const char *callid,
			const char *to_tag, const char *from_tag, bool early)
{
	struct replaces rep;

	if (replaces_parse(&rep, value, strlen(value)))
		fail_msg("not taken: %s", value);

	assert_part(rep.callid, rep.callid_len, callid);
	assert_part(rep.to_tag, rep.to_tag_len, to_tag);
	assert_part(rep.from_tag, rep.from_tag_len, from_tag);
	assert_int_equal(rep.early_only, early);
	assert_int_equal(parse(&rep, value), 0);
}


static void assert_bad(const char *value)
{
	struct replaces rep;

	if (parse(&rep, value) != EBADMSG)
		fail_msg("taken: %s", value);
}


static void test_parse_good(void **state)
{
	(void)state;

	assert_good("425928@bobster.example.org;to-tag=7743;from-tag=6472",
		    "425928@bobster.example.org", "7743", "6472", false);
	assert_good("a;from-tag=6472;to-tag=7743", "a", "7743", "6472",
		    false);
	assert_good("a;to-tag=x;from-tag=y;early-only", "a", "x", "y", true);
	assert_good("a;early-only;to-tag=x;from-tag=y", "a", "x", "y", true);
	assert_good("a;TO-Tag=x;From-TAG=y;EARLY-only", "a", "x", "y", true);
	assert_good("a;to-tag=0;from-tag=0", "a", "0", "0", false);
}


/* Blanks may stand around the separators (RFC 3261: SEMI and EQUAL) */
static void test_parse_blanks(void **state)
{
	(void)state;

	assert_good("  a ;\tto-tag = x ; from-tag\t=\ty ;  early-only ",
		    "a", "x", "y", true);
}


static void test_parse_generic(void **state)
{
	(void)state;

	assert_good("a;x=1;to-tag=x;flag;from-tag=y;z=\"q\"", "a", "x", "y",
		    false);
	/* Names that only begin like ours are others */
	assert_good("a;to-tags=9;to-tag=x;from-tag=y;early-only-x;"
		    "from-tagx=9", "a", "x", "y", false);
}


/* What stands in quotes is no parameter (RFC 3261: gen-value) */
static void test_parse_quoted(void **state)
{
	(void)state;

	assert_good("a;z=\"b;to-tag=9\";to-tag=x;from-tag=y", "a", "x", "y",
		    false);
	assert_good("a;z=\"b,c\";to-tag=x;from-tag=y", "a", "x", "y", false);
	assert_good("a;to-tag=x;from-tag=y;z=\"\\\";early-only\"", "a", "x",
		    "y", false);
	assert_bad("a;to-tag=x;z=\";from-tag=y;\"");
}


static void test_parse_bad(void **state)
{
	static const char *const bad[] = {
		"", " ", ";", "a", "a;", "a;;", "a;to-tag", "a;to-tag=",
		"a;to-tag=x", "a;from-tag=y", "a;to-tag=;from-tag=y",
		"a;to-tag=x;from-tag=", "a;to-tag=x;from-tag",
		"a;to-tag= ;from-tag=y", ";to-tag=x;from-tag=y",
		"  ;to-tag=x;from-tag=y", "a;to-tag=x;from-tag=y;",
		"a;to-tag=x;;from-tag=y",
		"a;to-tag=x;to-tag=x;from-tag=y",
		"a;to-tag=x;to-tag=z;from-tag=y",
		"a;to-tag=x;from-tag=y;from-tag=y",
		"a;to-tag=x;from-tag=y;TO-TAG=x",
		"a;to-tag=x;from-tag=y,b;to-tag=v;from-tag=w",
		"a,b;to-tag=x;from-tag=y", "a;to-tag=x;from-tag=y,",
		",a;to-tag=x;from-tag=y",
		/* RFC 5589, section 7.3, F5, as printed there */
		"090459243588173445;to-tag=7553452;from-tag3D763231",
	};
	struct replaces rep;
	size_t i;
	(void)state;

	for (i=0; i<sizeof(bad)/sizeof(bad[0]); i++)
		assert_bad(bad[i]);

	assert_int_equal(replaces_parse(&rep, NULL, 0), EINVAL);
	assert_int_equal(replaces_parse(NULL, "a", 1), EINVAL);
}


/* A parameter has a name (RFC 3261: generic-param) */
static void test_parse_nameless(void **state)
{
	(void)state;

	assert_bad("a;=v;to-tag=x;from-tag=y");
	assert_bad("a;to-tag=x;from-tag=y;=");
	assert_bad("a;to-tag=x;from-tag=y; = ");
}


/* Neither Call-ID nor tags hold blanks: this is malformed, 400, and not a
   call that is unknown, 481 */
static void test_parse_blank_inside(void **state)
{
	(void)state;

	assert_bad("a b;to-tag=x;from-tag=y");
	assert_bad("a;to-tag=x x;from-tag=y");
	assert_bad("a;to-tag=x;from-tag=y\ty");
}


static void test_parse_nul(void **state)
{
	static const char nul[] = "a;to-tag=x;from-tag=y\0;early-only";
	static const char id[] = "a\0b;to-tag=x;from-tag=y";
	struct replaces rep;
	(void)state;

	assert_int_equal(replaces_parse(&rep, nul, sizeof(nul) - 1),
			 EBADMSG);
	assert_int_equal(replaces_parse(&rep, id, sizeof(id) - 1), EBADMSG);
}


/* All beginnings of a good value, and each with one byte changed: nothing is
   read behind the end, and the views lie inside */
static void test_parse_damaged(void **state)
{
	static const char good[] =
		"c1@ai;to-tag=l1;from-tag=r1;early-only;x=\"y\"";
	static const char bytes[] = {';', '=', ',', '"', ' ', '\t', 0, 'x'};
	size_t l, i, k;
	(void)state;

	for (l=0; l<sizeof(good); l++) {
		for (i=0; i<l; i++) {
			for (k=0; k<sizeof(bytes); k++) {
				struct replaces rep;
				char *copy = malloc(l);

				assert_non_null(copy);
				memcpy(copy, good, l);
				copy[i] = bytes[k];

				if (0 == replaces_parse(&rep, copy, l)) {
					assert_true(rep.callid >= copy);
					assert_true(rep.from_tag
						    + rep.from_tag_len
						    <= copy + l);
					assert_true(rep.to_tag
						    + rep.to_tag_len
						    <= copy + l);
					assert_true(rep.callid_len > 0);
					assert_true(rep.to_tag_len > 0);
					assert_true(rep.from_tag_len > 0);
				}
				free(copy);
			}
		}
	}
}


static struct leg *add(struct leg_list *legs, const char *callid,
		       const char *ltag, const char *rtag,
		       enum leg_state state)
{
	struct leg *leg = leg_create(callid, ltag, rtag);
	static unsigned id;

	assert_non_null(leg);
	leg->id = ++id;
	leg->state = state;
	TAILQ_INSERT_TAIL(legs, leg, le);

	return leg;
}


static int legs_setup(void **state)
{
	struct leg_list *legs = malloc(sizeof(*legs));

	assert_non_null(legs);
	TAILQ_INIT(legs);
	*state = legs;

	return 0;
}


static int legs_teardown(void **state)
{
	struct leg_list *legs = *state;
	struct leg *leg;

	while ((leg = TAILQ_FIRST(legs))) {
		TAILQ_REMOVE(legs, leg, le);
		leg_destroy(leg);
	}
	free(legs);

	return 0;
}


/* What a value is answered; the matched leg in *legp, 0 = taken */
static unsigned decide(const struct leg_list *legs, const char *value,
		       struct leg **legp)
{
	struct replaces_verdict verdict;

	replaces_decide(&verdict, legs, &value, 1, false);
	if (legp)
		*legp = verdict.leg;

	/* Whoever is refused is told so, and the person why */
	if (verdict.code) {
		assert_non_null(verdict.reason);
		assert_non_null(verdict.why);
	}

	return verdict.code;
}


/* Rows 1 and 2 */
static void test_row_400(void **state)
{
	const char *const two[] = {GOOD, GOOD};
	const char *const one[] = {GOOD};
	struct leg_list *legs = *state;
	struct replaces_verdict verdict;

	(void)add(legs, "c1@ai", "l1", "r1", LEG_UP);

	replaces_decide(&verdict, legs, two, 2, false);
	assert_int_equal(verdict.code, 400);
	assert_null(verdict.leg);

	replaces_decide(&verdict, legs, one, 1, true);
	assert_int_equal(verdict.code, 400);
	assert_non_null(strstr(verdict.why, "Join"));
	assert_null(verdict.leg);

	replaces_decide(&verdict, legs, one, 0, false);
	assert_int_equal(verdict.code, 400);

	/* Row 3 */
	assert_int_equal(decide(legs, "c1@ai;to-tag=l1", NULL), 400);
	assert_int_equal(decide(legs, "c1@ai;from-tag=r1", NULL), 400);
	assert_int_equal(decide(legs, GOOD ";to-tag=l1", NULL), 400);
	assert_int_equal(decide(legs, GOOD "," GOOD, NULL), 400);
	assert_int_equal(decide(legs, "", NULL), 400);
}


/* Row 4 */
static void test_row_match(void **state)
{
	struct leg_list *legs = *state;
	struct leg *up, *leg;

	up = add(legs, "c1@ai", "l1", "r1", LEG_UP);

	assert_int_equal(decide(legs, GOOD, &leg), 0);
	assert_ptr_equal(leg, up);

	/* A tag is a token, without case (RFC 3261, section 7.3.1) */
	assert_int_equal(decide(legs, "c1@ai;to-tag=L1;from-tag=R1", NULL),
			 0);

	/* to-tag is ours, from-tag the peer's: the other way round is wrong */
	assert_int_equal(decide(legs, "c1@ai;to-tag=r1;from-tag=l1", &leg),
			 481);
	assert_null(leg);

	/* All three count */
	assert_int_equal(decide(legs, "c2@ai;to-tag=l1;from-tag=r1", NULL),
			 481);
	assert_int_equal(decide(legs, "c1@ai;to-tag=l2;from-tag=r1", NULL),
			 481);
	assert_int_equal(decide(legs, "c1@ai;to-tag=l1;from-tag=r2", NULL),
			 481);
	/* ... and whole */
	assert_int_equal(decide(legs, "c1@a;to-tag=l1;from-tag=r1", NULL),
			 481);
	assert_int_equal(decide(legs, "c1@aix;to-tag=l1;from-tag=r1", NULL),
			 481);
	assert_int_equal(decide(legs, "c1@ai;to-tag=l;from-tag=r1", NULL),
			 481);
	assert_int_equal(decide(legs, "c1@ai;to-tag=l1;from-tag=r11", NULL),
			 481);
	/* A Call-ID has case (RFC 3261, section 20.8) */
	assert_int_equal(decide(legs, "C1@ai;to-tag=l1;from-tag=r1", NULL),
			 481);
	/* 0 stands for no tag, not for any */
	assert_int_equal(decide(legs, "c1@ai;to-tag=0;from-tag=r1", NULL),
			 481);
	assert_int_equal(decide(legs, "c1@ai;to-tag=l1;from-tag=0", NULL),
			 481);
}


static void test_row_null_tag(void **state)
{
	struct leg_list *legs = *state;
	struct leg *old, *zero, *leg;

	old = add(legs, "old@ai", "l1", "", LEG_UP);
	zero = add(legs, "zero@ai", "0", "0", LEG_UP);

	assert_int_equal(decide(legs, "old@ai;to-tag=l1;from-tag=0", &leg),
			 0);
	assert_ptr_equal(leg, old);
	assert_int_equal(decide(legs, "old@ai;to-tag=l1;from-tag=00", NULL),
			 481);
	assert_int_equal(decide(legs, "old@ai;to-tag=l1;from-tag=x", NULL),
			 481);
	assert_int_equal(decide(legs, "zero@ai;to-tag=0;from-tag=0", &leg),
			 0);
	assert_ptr_equal(leg, zero);
	/* Named without a tag: malformed, 0 is how it is written */
	assert_int_equal(decide(legs, "old@ai;to-tag=l1", NULL), 400);
	assert_int_equal(decide(legs, "old@ai;to-tag=l1;from-tag=", NULL),
			 400);
}


/* Row 5 */
static void test_row_481(void **state)
{
	struct leg_list *legs = *state;
	struct leg *leg;

	assert_int_equal(decide(legs, GOOD, &leg), 481);
	assert_null(leg);

	(void)add(legs, "c1@ai", "l1", "r1", LEG_UP);
	(void)add(legs, "c1@ai", "l1", "r1", LEG_UP);
	assert_int_equal(decide(legs, GOOD, &leg), 481);
	assert_null(leg);
}


/* The same Call-ID twice, with other tags: a fork, each by itself */
static void test_row_forked(void **state)
{
	struct leg_list *legs = *state;
	struct leg *one, *two, *leg;

	one = add(legs, "c1@ai", "l1", "r1", LEG_UP);
	two = add(legs, "c1@ai", "l2", "r1", LEG_UP);

	assert_int_equal(decide(legs, GOOD, &leg), 0);
	assert_ptr_equal(leg, one);
	assert_int_equal(decide(legs, "c1@ai;to-tag=l2;from-tag=r1", &leg),
			 0);
	assert_ptr_equal(leg, two);
}


/* Row 6, and a live dialog counts before a tombstone in either order */
static void test_row_603(void **state)
{
	struct leg_list *legs = *state;
	struct leg *dead, *live, *leg;

	dead = add(legs, "c1@ai", "l1", "r1", LEG_ENDED);
	assert_int_equal(decide(legs, GOOD, &leg), 603);
	assert_ptr_equal(leg, dead);
	assert_int_equal(decide(legs, GOOD ";early-only", NULL), 603);

	live = add(legs, "c1@ai", "l1", "r1", LEG_UP);
	assert_int_equal(decide(legs, GOOD, &leg), 0);
	assert_ptr_equal(leg, live);

	(void)add(legs, "c1@ai", "l1", "r1", LEG_ENDED);
	assert_int_equal(decide(legs, GOOD, &leg), 0);
	assert_ptr_equal(leg, live);
}


/* Rows 8 to 11, and an INVITE that the host knows nothing of yet */
static void test_row_states(void **state)
{
	static const struct {
		enum leg_state state;
		bool outgoing;
		unsigned code, early_only;
	} rows[] = {
		{LEG_UP,       false, 0,   486},
		{LEG_UP,       true,  0,   486},
		{LEG_ANSWERED, false, 0,   486},
		{LEG_RINGING,  true,  0,   0},
		{LEG_RINGING,  false, 481, 481},
		{LEG_NEW,      false, 481, 481},
		{LEG_ENDED,    false, 603, 603},
		{LEG_ENDED,    true,  603, 603},
	};
	struct leg_list *legs = *state;
	struct leg *leg;
	size_t i;

	leg = add(legs, "c1@ai", "l1", "r1", LEG_UP);

	for (i=0; i<sizeof(rows)/sizeof(rows[0]); i++) {
		leg->state = rows[i].state;
		leg->outgoing = rows[i].outgoing;
		assert_int_equal(decide(legs, GOOD, NULL), rows[i].code);
		assert_int_equal(decide(legs, GOOD ";early-only", NULL),
				 rows[i].early_only);
		assert_int_equal(leg->state, rows[i].state);
	}

	/* Where there is no call yet there is nothing to match */
	leg->state = LEG_NEW;
	assert_int_equal(decide(legs, GOOD, &leg), 481);
	assert_null(leg);
}


static void test_leg(void **state)
{
	struct leg_list *legs = *state;
	struct leg *leg;

	assert_null(leg_create(NULL, "a", "b"));
	assert_null(leg_create("a", NULL, "b"));
	leg = leg_create("a", "b", NULL);
	assert_non_null(leg);
	assert_string_equal(leg->rtag, "");
	leg_destroy(leg);
	leg_destroy(NULL);

	leg = add(legs, "a", "b", "c", LEG_UP);
	assert_ptr_equal(leg_find(legs, leg->id), leg);
	assert_null(leg_find(legs, leg->id + 1));
	assert_null(leg_find(legs, 0));
}


#define WITH_LEGS(f) \
	cmocka_unit_test_setup_teardown(f, legs_setup, legs_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse_good),
		cmocka_unit_test(test_parse_blanks),
		cmocka_unit_test(test_parse_generic),
		cmocka_unit_test(test_parse_quoted),
		cmocka_unit_test(test_parse_bad),
		cmocka_unit_test(test_parse_nameless),
		cmocka_unit_test(test_parse_blank_inside),
		cmocka_unit_test(test_parse_nul),
		cmocka_unit_test(test_parse_damaged),
		WITH_LEGS(test_row_400),
		WITH_LEGS(test_row_match),
		WITH_LEGS(test_row_null_tag),
		WITH_LEGS(test_row_481),
		WITH_LEGS(test_row_forked),
		WITH_LEGS(test_row_603),
		WITH_LEGS(test_row_states),
		WITH_LEGS(test_leg),
	};

	return cmocka_run_group_tests_name("dialog", tests, NULL, NULL);
}
