/**
 * @file test_event.c  The module events: short enough not to be cut, and
 * valid JSON whatever is in them
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <json-c/json.h>
#include "fake_host.h"
#include "control/event.h"
#include "record/tally.h"


/* What is written lies in a block of exactly that size: ASan sees more */
static int out_setup(void **state)
{
	*state = malloc(EVENT_MAX);
	assert_non_null(*state);
	memset(*state, 'x', EVENT_MAX);

	return 0;
}


static int out_teardown(void **state)
{
	free(*state);

	return 0;
}


static struct json_object *good(const char *buf)
{
	assert_non_null(memchr(buf, '\0', EVENT_MAX));
	/* "baton,NAME," and a NUL come on top in the host */
	assert_true(strlen(buf) + strlen("baton,handoff,") < EVENT_HOST_MAX);

	return fake_json(buf);
}


static void test_handoff(void **state)
{
	struct baton_view view = {.id = 3};
	struct json_object *obj;
	char *buf = *state;
	int st, was, outcome;

	for (st=0; st<BATON_STATES; st++)
	for (was=0; was<BATON_STATES; was++)
	for (outcome=0; outcome<BATON_OUTCOMES; outcome++) {
		view.id = st ? UINT_MAX : 3;
		view.state = (enum baton_state)st;
		view.was = (enum baton_state)was;
		view.outcome = (enum baton_outcome)outcome;
		assert_int_equal(event_handoff(buf, &view), 0);
		obj = good(buf);
		assert_string_equal(fake_get(obj, "state"),
				    baton_state_name(view.state));
		assert_string_equal(fake_get(obj, "was"),
				    baton_state_name(view.was));
		assert_string_equal(fake_get(obj, "outcome"),
				    baton_outcome_name(view.outcome));
		assert_string_equal(fake_get(obj, "id"),
				    st ? "4294967295" : "3");
		json_object_put(obj);
	}
}


/* As printed in contract section 4 */
static void test_shape(void **state)
{
	const struct view_source src = {.carrier = CARRIER_BODY};
	const struct baton_view view = {
		.id = 3, .state = BATON_CONNECTED, .was = BATON_CONSULTING,
		.sourcev = &src, .sourcec = 1, .rev = 2,
	};
	char *buf = *state;

	assert_int_equal(event_handoff(buf, &view), 0);
	assert_string_equal(buf, "{\"id\":3,\"state\":\"connected\","
			    "\"was\":\"consulting\",\"outcome\":\"\"}");
	assert_int_equal(event_context(buf, &view), 0);
	assert_string_equal(buf, "{\"id\":3,\"source\":\"body\","
			    "\"trust\":\"unverified\",\"rev\":2}");
	assert_int_equal(event_alert(buf, 3, "replaces-refused", "No."), 0);
	assert_string_equal(buf, "{\"id\":3,\"code\":\"replaces-refused\","
			    "\"message\":\"No.\"}");
}


static void test_context(void **state)
{
	struct view_source src = {.carrier = CARRIER_CALL_INFO};
	struct baton_view view = {.id = UINT_MAX, .rev = UINT_MAX};
	struct json_object *obj;
	char *buf = *state;
	int trust;

	for (trust=CONTEXT_UNVERIFIED; trust<=CONTEXT_SIGNED; trust++) {
		view.trust = (enum context_trust)trust;
		view.sourcec = trust ? 1 : 0;
		view.sourcev = &src;
		assert_int_equal(event_context(buf, &view), 0);
		obj = good(buf);
		assert_string_equal(fake_get(obj, "trust"),
				    context_trust_name(view.trust));
		assert_string_equal(fake_get(obj, "source"),
				    trust ? "call-info" : "");
		json_object_put(obj);
	}
}


/* Control characters may be left out on the way, all else must be there */
static void alert(char *buf, const char *message)
{
	struct json_object *obj;
	const char *got, *p;
	bool plain = true;

	for (p=message; *p; p++) {
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			plain = false;
	}
	if (strstr(message, "\xe2\x80\xa8"))
		plain = false;

	memset(buf, 'x', EVENT_MAX);
	if (event_alert(buf, UINT_MAX, "context-unread", message))
		fail_msg("no event of %zu bytes", strlen(message));

	obj = good(buf);
	got = fake_get(obj, "message");
	assert_string_equal(fake_get(obj, "code"), "context-unread");
	/* The beginning of it, and most of what fits */
	if (plain)
		assert_memory_equal(got, message, strlen(got));
	if (plain && strlen(got) < strlen(message))
		assert_true(strlen(buf) > EVENT_MAX - 64);
	json_object_put(obj);
}


static void test_alert(void **state)
{
	static const char *const units[] = {
		"a", "\"", "\\", "/", "\n", "\r\n", "\t", "\x01", "\x1f",
		"\x7f", "</script>", "%s%n", "\xc3\xa9", "\xe2\x82\xac",
		"\xf0\x9f\x98\x80", "\xe2\x80\xa8", "a\xf0\x9f\x98\x80\"",
	};
	char text[1024];
	size_t i, n, l, at;

	alert(*state, "");

	for (i=0; i<sizeof(units)/sizeof(units[0]); i++) {
		l = strlen(units[i]);
		for (n=1; n<80; n++) {
			for (at=0; at/l < n && at + l < sizeof(text); at += l)
				memcpy(text + at, units[i], l);
			text[at] = '\0';
			alert(*state, text);
		}
		for (at=0; at + l < sizeof(text); at += l)
			memcpy(text + at, units[i], l);
		text[at] = '\0';
		alert(*state, text);
	}
}


/* At the border: each length around what fits, with a wide last character */
static void test_alert_border(void **state)
{
	char text[EVENT_MAX + 64];
	size_t n;

	for (n=100; n<EVENT_MAX + 50; n++) {
		memset(text, 'a', n);
		memcpy(text + n, "\xf0\x9f\x98\x80", 5);
		alert(*state, text);
		memcpy(text + n, "\"\"\"", 4);
		alert(*state, text);
	}
}


/* Bytes that are no UTF-8 do not make it no JSON */
static void test_alert_broken(void **state)
{
	static const char *const bad[] = {
		"a\xff", "\xc3", "\x80", "a\xe2\x82", "\xed\xa0\x80",
		"\xc0\xaf", "\xf5\x80\x80\x80",
	};
	char *buf = *state;
	size_t i;

	for (i=0; i<sizeof(bad)/sizeof(bad[0]); i++) {
		struct json_object *obj;

		assert_int_equal(event_alert(buf, 1, "code", bad[i]), 0);
		obj = good(buf);
		json_object_put(obj);
	}
}


/* A code of no sensible length: an error, and nothing written behind */
static void test_alert_code(void **state)
{
	char code[400];

	memset(code, 'c', sizeof(code));
	code[sizeof(code) - 1] = '\0';
	assert_int_equal(event_alert(*state, 1, code, "x"), EMSGSIZE);
	assert_int_equal(event_alert(*state, 1, code, ""), EMSGSIZE);
}


static void test_tally(void **state)
{
	struct baton_view view = {.id = 1, .state = BATON_OFFERED};
	const unsigned offered = tally_offered();
	const unsigned missed = tally_outcome(BATON_MISSED);
	(void)state;

	tally_state(&view);
	view.state = BATON_CONSULTING;
	tally_state(&view);
	view.state = BATON_CLOSED;
	view.outcome = BATON_MISSED;
	tally_state(&view);
	assert_int_equal(tally_offered(), offered + 1);
	assert_int_equal(tally_outcome(BATON_MISSED), missed + 1);
	assert_int_equal(tally_outcome(BATON_OUTCOMES), 0);
}


#define WITH_OUT(f) \
	cmocka_unit_test_setup_teardown(f, out_setup, out_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_OUT(test_handoff),
		WITH_OUT(test_shape),
		WITH_OUT(test_context),
		WITH_OUT(test_alert),
		WITH_OUT(test_alert_border),
		WITH_OUT(test_alert_broken),
		WITH_OUT(test_alert_code),
		cmocka_unit_test(test_tally),
	};

	return cmocka_run_group_tests_name("event", tests, NULL, NULL);
}
