/**
 * @file test_fetch.c  What may be fetched: references, rules, addresses
 *
 * Tables of good and bad ones, each range at its edges. test_fetcher.c and
 * test_fetch.py do the fetching.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "fetch/inside.h"

#define N(v) (sizeof(v) / sizeof((v)[0]))


/* -- Call-Info -------------------------------------------------------------*/

static void is_text(const char *p, size_t len, const char *text)
{
	if (!text) {
		assert_null(p);
		return;
	}
	assert_non_null(p);
	assert_int_equal(len, strlen(text));
	assert_memory_equal(p, text, len);
}


static void test_reference(void **state)
{
	static const struct {
		const char *header;
		const char *url, *purpose, *hash;
		enum reference_kind kind;
		size_t count;
	} testv[] = {
		{"<https://a.example/v>;purpose=vcon",
		 "https://a.example/v", "vcon", NULL, REFERENCE_VCON, 1},
		{" < https://a.example/v > ; PURPOSE = \"VCON\" ",
		 "https://a.example/v", "VCON", NULL, REFERENCE_VCON, 1},
		{"<https://a.example/v>;x;purpose=info;content_hash=sha512-A",
		 "https://a.example/v", "info", "sha512-A",
		 REFERENCE_INFO, 1},
		{"<https://a.example/v>;content_hash=\"sha256-_-\";"
		 "purpose=vcon",
		 "https://a.example/v", "vcon", "sha256-_-",
		 REFERENCE_VCON, 1},
		{"<https://a.example/a,b;c?d=\">;purpose=vcon",
		 "https://a.example/a,b;c?d=\"", "vcon", NULL,
		 REFERENCE_VCON, 1},
		{"<https://a.example/1>;n=\"a,b;purpose=icon\\\",\";"
		 "purpose=vcon, <https://a.example/2>",
		 "https://a.example/1", "vcon", NULL, REFERENCE_VCON, 2},
		{"<https://a.example/1>;purpose=vcon,"
		 "<https://a.example/2>;purpose=info,,"
		 "<https://a.example/3>;purpose=icon",
		 "https://a.example/1", "vcon", NULL, REFERENCE_VCON, 3},
		{"https://a.example/v;purpose=vcon",
		 "https://a.example/v", "vcon", NULL, REFERENCE_VCON, 1},
		{"<https://a.example/v>\r\n ;purpose=vcon",
		 "https://a.example/v", "vcon", NULL, REFERENCE_VCON, 1},
		{"<https://a.example/v>;purpose=icon;purpose=vcon",
		 "https://a.example/v", "icon", NULL, REFERENCE_OTHER, 1},
		{"<https://a.example/v>", "https://a.example/v", NULL, NULL,
		 REFERENCE_OTHER, 1},
		{"<https://a.example/v>;purpose", "https://a.example/v", NULL,
		 NULL, REFERENCE_OTHER, 1},
		{"<https://a.example/v>;purpose=", "https://a.example/v", "",
		 NULL, REFERENCE_OTHER, 1},
		{"<https://a.example/v>;purpose=vcons",
		 "https://a.example/v", "vcons", NULL, REFERENCE_OTHER, 1},
		{"<sip:1.2.3.4>;answer-after=0", "sip:1.2.3.4", NULL, NULL,
		 REFERENCE_OTHER, 1},
		{"<https://a.example/c/7>;"
		 "purpose=Goog-ContactCenter-Conversation",
		 "https://a.example/c/7", "Goog-ContactCenter-Conversation",
		 NULL, REFERENCE_CONVERSATION, 1},
		{"<cid:abc@x>;purpose=vcon", "cid:abc@x", "vcon", NULL,
		 REFERENCE_OTHER, 1},
		{"<CID:abc@x>;purpose=info", "CID:abc@x", "info", NULL,
		 REFERENCE_OTHER, 1},
		{"", NULL, NULL, NULL, REFERENCE_OTHER, 0},
		{" , ,;;,\t", NULL, NULL, NULL, REFERENCE_OTHER, 0},
		{"<>;purpose=vcon", NULL, NULL, NULL, REFERENCE_OTHER, 0},
		{"<https://a.example/v;purpose=vcon", NULL, NULL, NULL,
		 REFERENCE_OTHER, 0},
		{"<", NULL, NULL, NULL, REFERENCE_OTHER, 0},
		{"\"", "\"", NULL, NULL, REFERENCE_OTHER, 1},
		{"\"\\", "\"\\", NULL, NULL, REFERENCE_OTHER, 1},
	};
	size_t i;
	(void)state;

	for (i=0; i<N(testv); i++) {
		/* On the heap, and not ended: to be found by a sanitizer */
		size_t len = strlen(testv[i].header), count = 0;
		char *copy = malloc(len + 1);
		const char *p = copy;
		struct reference ref;

		assert_non_null(copy);
		memcpy(copy, testv[i].header, len);

		while (reference_next(&ref, &p, &len)) {
			if (count++)
				continue;
			is_text(ref.url, ref.urllen, testv[i].url);
			is_text(ref.purpose, ref.purposelen,
				testv[i].purpose);
			is_text(ref.hash, ref.hashlen, testv[i].hash);
			assert_int_equal(reference_kind(&ref),
					 testv[i].kind);
		}
		if (count != testv[i].count)
			print_message("%s\n", testv[i].header);
		assert_int_equal(count, testv[i].count);
		free(copy);
	}
}


static void test_reference_id(void **state)
{
	static const struct {
		const char *url, *id;
	} testv[] = {
		{"https://g.example/v2/projects/p/conversations/aB-9_z",
		 "aB-9_z"},
		{"https://g.example/conversations/c1/", "c1"},
		{"https://g.example/conversations/c1?x=/y#/z", "c1"},
		{"projects/p/conversations/c1", "c1"},
		{"c1", "c1"},
		{"https://g.example", NULL},
		{"https://g.example/", NULL},
		{"https://g.example/a b", NULL},
		{"https://g.example/a%41", NULL},
		{"https://g.example/a\"b", NULL},
		{"/", NULL},
		{"", NULL},
	};
	char id[FETCH_ID_MAX], longer[FETCH_ID_MAX + 8];
	size_t i;
	(void)state;

	for (i=0; i<N(testv); i++) {
		struct reference ref = {.url = testv[i].url,
			.urllen = strlen(testv[i].url)};

		if (!testv[i].id) {
			assert_false(reference_id(id, &ref));
			continue;
		}
		assert_true(reference_id(id, &ref));
		assert_string_equal(id, testv[i].id);
	}

	memset(longer, 'a', sizeof(longer));
	assert_true(reference_id(id, &(struct reference){
		.url = longer, .urllen = FETCH_ID_MAX - 1}));
	assert_false(reference_id(id, &(struct reference){
		.url = longer, .urllen = FETCH_ID_MAX}));
}


/* -- rules ---------------------------------------------------------------- */

static struct fetch_rules *rules_of(const char *const *linev, size_t n)
{
	struct fetch_rules *rules;
	size_t i;

	assert_int_equal(fetch_rules_create(&rules), 0);
	for (i=0; i<n; i++)
		assert_int_equal(fetch_rules_allow(rules, linev[i]), 0);

	return rules;
}


static bool covers(const struct fetch_rules *rules, const char *url,
		   char error[FETCH_ERROR])
{
	const bool ok = fetch_rules_covers(rules, url, strlen(url), error);

	assert_int_equal(ok, error[0] == '\0');

	return ok;
}


static void test_allow_lines(void **state)
{
	static const char *const good[] = {
		"a.example", "A.Example", "a.example:8443", "crm", "crm:1",
		"x_y.example", "xn--bcher-kva.example", "1.2.3.4",
		"1.2.3.4:65535", "[2001:db8::1]", "[2001:db8::1]:8443",
		"[::1]", "*.a.example", "*.a.example:8443", "1.example",
	};
	static const char *const bad[] = {
		"", " ", ".", "*", "*.", "*.example", "*a.example",
		"a.*.example", "*.*.example", "*.1.2.3.4", "*.[::1]",
		"https://a.example", "a.example/", "a.example:", "a.example:0",
		"a.example:65536", "a.example:443x", "a.example: 443",
		"a.example:-1", "a.example:000443", "a.example:0x1",
		".a.example", "a.example.", "a..example", "-a.example",
		"a-.example",
		"a.example b", "user@a.example", "a.example#", "a.example?",
		"m\xc3\xbcnchen.example", "127.1", "1.2.3", "1.2.3.4.5",
		"1.2.3.256", "2130706433", "0x7f.1", "a.0x7f", "[1.2.3.4]",
		"[2001:db8::1", "[2001:db8::1]x", "[]", "[", "[:",
		"2001:db8::1", "::1", "[fe80::1%eth0]", "[a.example]",
		"1.2.3.4/8",
	};
	char line[FETCH_HOST_MAX + 64];
	struct fetch_rules *rules;
	size_t i;
	(void)state;

	rules = rules_of(good, N(good));

	for (i=0; i<N(bad); i++) {
		if (fetch_rules_allow(rules, bad[i]) != EINVAL)
			fail_msg("taken: %s", bad[i]);
	}

	/* A label has 63 characters at most, a host's name 255 */
	memset(line, 'a', sizeof(line));
	line[63] = '\0';
	assert_int_equal(fetch_rules_allow(rules, line), 0);
	line[63] = 'a';
	line[64] = '\0';
	assert_int_equal(fetch_rules_allow(rules, line), EINVAL);
	memset(line, 'a', sizeof(line));
	for (i=10; i<sizeof(line); i+=10)
		line[i] = '.';
	line[FETCH_HOST_MAX - 1] = '\0';
	assert_int_equal(fetch_rules_allow(rules, line), 0);
	line[FETCH_HOST_MAX - 1] = 'a';
	line[FETCH_HOST_MAX] = '\0';
	assert_int_equal(fetch_rules_allow(rules, line), EINVAL);
	fetch_rules_destroy(rules);

	rules = rules_of(NULL, 0);
	for (i=0; i<FETCH_ALLOW_MAX; i++)
		assert_int_equal(fetch_rules_allow(rules, "a.example"), 0);
	assert_int_equal(fetch_rules_allow(rules, "a.example"), ENOSPC);
	assert_int_equal(fetch_rules_lookup(rules, "https://b.example/{id}"),
			 ENOSPC);
	assert_false(fetch_rules_has_lookup(rules));
	fetch_rules_destroy(rules);
	fetch_rules_destroy(NULL);
}


static void test_covers(void **state)
{
	static const char *const linev[] = {
		"a.example", "b.example:8443", "*.c.example", "1.2.3.4",
		"127.0.0.1:4443", "[2001:db8::1]:8443",
	};
	static const char *const good[] = {
		"https://a.example/", "https://a.example",
		"HTTPS://A.EXAMPLE/x?y#z", "https://a.example:443/v",
		"https://b.example:8443/v", "https://x.c.example/v",
		"https://x.y.c.example/v", "https://1.2.3.4/v",
		"https://127.0.0.1:4443/v", "https://[2001:db8::1]:8443/v",
		"https://[2001:DB8:0:0::1]:8443/v", "https://a.example/?@b",
		"https://a.example/a%0d%0ab",
	};
	static const char *const not_allowed[] = {
		"https://b.example/", "https://a.example:8443/",
		"https://c.example/", "https://xc.example/",
		"https://.c.example/", "https://aa.example/",
		"https://a.example.x/", "https://127.0.0.1/",
		"https://1.2.3.4:4443/", "https://[2001:db8::2]:8443/",
		"https://[::ffff:1.2.3.4]/", "https://localhost/",
		"https://1.2.3.5/",
	};
	static const char *const bad[] = {
		"", "a.example/", "//a.example/", "http://a.example/",
		"ftp://a.example/", "file:///etc/passwd", "sip:a.example",
		"https:/a.example/", "https:a.example", "https://",
		"https:///a.example", "https:////a.example/",
		"https://u@a.example/", "https://u:p@a.example/",
		"https://@a.example/", "https://a.example:x/",
		"https://a.example:99999/", "https://a.example/a b",
		"https://a.example/\r\nX: y", "https://a.example/\x7f",
		"https://a.example/\xc3\xa4", "https://[2001:db8::1/",
		"https://[fe80::1%25eth0]/", " https://a.example/",
		"https://a.example/\t", "https://a.example\\@b.example/",
		"https://a.exa%00mple/", "https://a.exa%0ample/",
	};
	struct fetch_rules *rules = rules_of(linev, N(linev));
	char error[FETCH_ERROR], longer[FETCH_URL_MAX + 8];
	size_t i;
	(void)state;

	for (i=0; i<N(good); i++) {
		if (!covers(rules, good[i], error))
			fail_msg("%s: %s", good[i], error);
	}

	for (i=0; i<N(not_allowed); i++) {
		if (covers(rules, not_allowed[i], error))
			fail_msg("taken: %s", not_allowed[i]);
		if (!strstr(error, "is not in baton_fetch_allow")
		    && !strstr(error, "the address "))
			fail_msg("%s: %s", not_allowed[i], error);
	}

	for (i=0; i<N(bad); i++) {
		if (covers(rules, bad[i], error))
			fail_msg("taken: %s", bad[i]);
		if (strstr(error, "baton_fetch_allow")
		    && !strstr(bad[i], "\\"))
			fail_msg("%s: %s", bad[i], error);
	}

	assert_false(covers(rules, "https://b.example/", error));
	assert_string_equal(error,
			    "host b.example is not in baton_fetch_allow");
	assert_false(covers(rules, "https://[::1]:99/", error));
	assert_string_equal(error,
			    "host [::1]:99 is not in baton_fetch_allow");
	assert_false(covers(rules, "http://a.example/", error));
	assert_string_equal(error, "only https is fetched");

	/* With a NUL in it, and at both sides of its greatest length */
	assert_false(fetch_rules_covers(rules, "https://a.example/\0", 19,
					error));
	memset(longer, 'a', sizeof(longer));
	memcpy(longer, "https://a.example/", 18);
	assert_true(fetch_rules_covers(rules, longer, FETCH_URL_MAX - 1,
				       error));
	assert_false(fetch_rules_covers(rules, longer, FETCH_URL_MAX, error));
	assert_string_equal(error, "the address is too long");

	/* Allowed by number, written as resolvers also take it */
	assert_true(covers(rules, "https://0x7f.1:4443/", error)
		    || strstr(error, "is not in baton_fetch_allow"));

	fetch_rules_destroy(rules);
}


static void test_host_for_people(void **state)
{
	static const struct {
		const char *url, *host;
	} testv[] = {
		{"https://A.example/secret?token=1", "a.example"},
		{"https://a.example:8443/", "a.example:8443"},
		{"https://[2001:db8::1]:8443/", "[2001:db8::1]:8443"},
		{"https://u:p@a.example/", ""},
		{"http://a.example/", ""},
		{"", ""},
	};
	char host[FETCH_HOST_MAX];
	size_t i;
	(void)state;

	for (i=0; i<N(testv); i++) {
		fetch_host(host, testv[i].url, strlen(testv[i].url));
		assert_string_equal(host, testv[i].host);
	}
}


static const char *token_for(const struct fetch_rules *rules, const char *url)
{
	char error[FETCH_ERROR];
	struct target target;
	const char *token;

	assert_int_equal(target_read(&target, url, strlen(url), error), 0);
	token = target_token(&target, rules);
	target_finish(&target);

	return token;
}


static void test_tokens(void **state)
{
	static const char *const bad_hosts[] = {
		"", "*.a.example", "https://a.example", "a.example/",
		"a.example:0",
	};
	static const char *const bad_tokens[] = {
		"", " ", "a b", "a\r\nX: y", "a\n", "a\t", "t\xc3\xb6ken",
		"\x7f",
	};
	char longer[FETCH_TOKEN_MAX + 2];
	struct fetch_rules *rules = rules_of(NULL, 0);
	size_t i;
	(void)state;

	assert_int_equal(fetch_rules_token(rules, "A.example", "abc~+/.-_=="),
			 0);
	assert_int_equal(fetch_rules_token(rules, "a.example:8443", "two"),
			 0);
	assert_int_equal(fetch_rules_token(rules, "127.0.0.1:4443", "12|ab"),
			 0);
	assert_int_equal(fetch_rules_token(rules, "[2001:db8::1]", "six"), 0);
	assert_int_equal(fetch_rules_token(rules, "a.example:443", "again"),
			 EEXIST);

	for (i=0; i<N(bad_hosts); i++)
		assert_int_equal(fetch_rules_token(rules, bad_hosts[i], "t"),
				 EINVAL);
	for (i=0; i<N(bad_tokens); i++)
		assert_int_equal(fetch_rules_token(rules, "t.example",
						   bad_tokens[i]), EINVAL);

	memset(longer, 'a', sizeof(longer));
	longer[FETCH_TOKEN_MAX + 1] = '\0';
	assert_int_equal(fetch_rules_token(rules, "l.example", longer),
			 EINVAL);
	longer[FETCH_TOKEN_MAX] = '\0';
	assert_int_equal(fetch_rules_token(rules, "l.example", longer), 0);

	assert_string_equal(token_for(rules, "https://a.example/x"),
			    "abc~+/.-_==");
	assert_string_equal(token_for(rules, "https://A.EXAMPLE:8443/x"),
			    "two");
	assert_string_equal(token_for(rules, "https://127.0.0.1:4443/x"),
			    "12|ab");
	assert_string_equal(token_for(rules, "https://[2001:db8:0::1]/x"),
			    "six");
	assert_null(token_for(rules, "https://a.example:444/x"));
	assert_null(token_for(rules, "https://x.a.example/x"));
	assert_null(token_for(rules, "https://b.example/a.example"));
	assert_null(token_for(rules, "https://127.0.0.1/x"));

	fetch_rules_destroy(rules);
}


static void test_lookup(void **state)
{
	static const char *const good[] = {
		"https://a.example/{id}", "https://a.example/x/{id}/y?z=1",
		"https://a.example/?id={id}", "https://a.example?id={id}",
		"https://127.0.0.1:4443/{id}",
	};
	static const char *const bad[] = {
		"", "{id}", "https://a.example/", "http://a.example/{id}",
		"https://{id}/", "https://{id}.example/", "https://a.{id}/x",
		"https://a.example:{id}/", "https://{id}@a.example/x",
		"https://u@a.example/{id}", "https://a.example/{id}/{id}",
		"https://a.example/#{id}", "https://a.example/{ID}",
		"https://a.example/ {id}", "https://a.example/\xc3\xa4{id}",
		"//a.example/{id}", "https:///{id}", "https:/{id}",
		"https://[::1/{id}",
	};
	static const struct {
		const char *id, *url;
	} idv[] = {
		{"case-4711", "https://a.example/c/case-4711?v=1"},
		{"A.b_c~d", "https://a.example/c/A.b_c~d?v=1"},
		{"a/b?c#d&e=f+g", "https://a.example/c/"
		 "a%2Fb%3Fc%23d%26e%3Df%2Bg?v=1"},
		{"a b%\"<>", "https://a.example/c/a%20b%25%22%3C%3E?v=1"},
		{"\xc3\xbc", "https://a.example/c/%C3%BC?v=1"},
		{"...", "https://a.example/c/...?v=1"},
		{"../x", "https://a.example/c/..%2Fx?v=1"},
		{"@evil.example", "https://a.example/c/%40evil.example?v=1"},
	};
	static const char *const bad_ids[] = {
		"", ".", "..", "a\nb", "a\r", "\x01", "a\x7f", "a\tb",
	};
	char url[FETCH_URL_MAX], error[FETCH_ERROR], id[FETCH_ID_MAX + 2];
	struct fetch_rules *rules;
	size_t i;
	(void)state;

	for (i=0; i<N(good); i++) {
		rules = rules_of(NULL, 0);
		assert_false(fetch_rules_has_lookup(rules));
		assert_int_equal(fetch_rules_lookup_url(url, rules, "x"),
				 ENOENT);
		assert_int_equal(fetch_rules_lookup(rules, good[i]), 0);
		assert_true(fetch_rules_has_lookup(rules));
		assert_int_equal(fetch_rules_lookup_url(url, rules, "x"), 0);
		assert_true(covers(rules, url, error));
		assert_int_equal(fetch_rules_lookup(rules, good[i]), EEXIST);
		fetch_rules_destroy(rules);
	}

	rules = rules_of(NULL, 0);
	for (i=0; i<N(bad); i++) {
		if (fetch_rules_lookup(rules, bad[i]) != EINVAL)
			fail_msg("taken: %s", bad[i]);
		assert_false(fetch_rules_has_lookup(rules));
	}

	assert_int_equal(fetch_rules_lookup(rules,
			 "https://a.example/c/{id}?v=1"), 0);

	for (i=0; i<N(idv); i++) {
		assert_int_equal(fetch_rules_lookup_url(url, rules,
							idv[i].id), 0);
		assert_string_equal(url, idv[i].url);
		assert_true(covers(rules, url, error));
	}

	for (i=0; i<N(bad_ids); i++)
		assert_int_equal(fetch_rules_lookup_url(url, rules,
							bad_ids[i]), EINVAL);

	memset(id, '/', sizeof(id));
	id[FETCH_ID_MAX] = '\0';
	assert_int_equal(fetch_rules_lookup_url(url, rules, id), 0);
	id[FETCH_ID_MAX] = 'a';
	id[FETCH_ID_MAX + 1] = '\0';
	assert_int_equal(fetch_rules_lookup_url(url, rules, id), EINVAL);
	fetch_rules_destroy(rules);

	/* An address that is long already: what does not fit is refused */
	memset(url, 'a', sizeof(url));
	memcpy(url, "https://a.example/", 18);
	memcpy(url + FETCH_URL_MAX - 12, "{id}tail", 9);
	rules = rules_of(NULL, 0);
	assert_int_equal(fetch_rules_lookup(rules, url), 0);
	assert_int_equal(fetch_rules_lookup_url(url, rules, "12345678"),
			 EMSGSIZE);
	assert_int_equal(fetch_rules_lookup_url(url, rules, "1234"), 0);
	assert_int_equal(strlen(url), FETCH_URL_MAX - 4);
	fetch_rules_destroy(rules);
}


static void test_ca(void **state)
{
	char path[] = "/tmp/baton-ca-XXXXXX";
	struct fetch_rules *rules = rules_of(NULL, 0);
	int fd = mkstemp(path);
	(void)state;

	assert_true(fd >= 0);
	assert_int_equal(fetch_rules_ca(rules, path), EINVAL);
	assert_int_equal(write(fd, "not a certificate\n", 18), 18);
	assert_int_equal(fetch_rules_ca(rules, path), EINVAL);
	assert_int_equal(ftruncate(fd, FETCH_CA_MAX + 1), 0);
	assert_int_equal(fetch_rules_ca(rules, path), EFBIG);
	assert_int_equal(close(fd), 0);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(fetch_rules_ca(rules, path), ENOENT);
	assert_int_not_equal(fetch_rules_ca(rules, "/"), 0);
	assert_int_equal(fetch_rules_ca(rules, ""), ENOENT);

	fetch_rules_destroy(rules);
}


/* -- addresses: each range at its edges, and what lies beside it ---------- */

static void test_addresses(void **state)
{
	static const char *const closed[] = {
		"0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255",
		"100.64.0.0", "100.127.255.255", "127.0.0.0", "127.0.0.1",
		"127.255.255.255", "169.254.0.0", "169.254.169.254",
		"169.254.255.255", "172.16.0.0", "172.31.255.255",
		"192.0.0.0", "192.0.0.255", "192.0.2.0", "192.0.2.255",
		"192.88.99.0", "192.88.99.255", "192.168.0.0",
		"192.168.255.255", "198.18.0.0", "198.19.255.255",
		"198.51.100.0", "198.51.100.255", "203.0.113.0",
		"203.0.113.255", "224.0.0.0", "239.255.255.255", "240.0.0.0",
		"255.255.255.255",
		"::", "::1", "::127.0.0.1", "::8.8.8.8", "::ffff:0.0.0.0",
		"::ffff:10.0.0.1", "::ffff:127.0.0.1", "::ffff:192.168.1.1",
		"::ffff:255.255.255.255", "64:ff9b::10.0.0.1",
		"64:ff9b::127.0.0.1", "64:ff9b::169.254.169.254",
		"64:ff9b:1::8.8.8.8", "64:ff9b:0:1::808:808", "100::1",
		"1fff:ffff::1", "2001::1", "2001:0:4136:e378::1", "2001:2::1",
		"2001:10::1", "2001:20::1", "2001:1ff:ffff::1",
		"2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
		"2002:7f00:1::", "2002:a00:1::1", "2002:c0a8:101::1",
		"3fff::", "3fff:fff:ffff::", "4000::1", "5f00::1", "fc00::",
		"fd00::1", "fdff:ffff::1", "fe80::1", "febf::1", "fec0::1",
		"feff::1", "ff00::1", "ff02::1",
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	};
	static const char *const open[] = {
		"1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255",
		"100.128.0.0", "126.255.255.255", "128.0.0.0",
		"169.253.255.255", "169.255.0.0", "172.15.255.255",
		"172.32.0.0", "191.255.255.255", "192.0.1.0", "192.0.3.0",
		"192.88.98.255", "192.88.100.0", "192.167.255.255",
		"192.169.0.0", "198.17.255.255", "198.20.0.0",
		"198.51.99.255", "198.51.101.0", "203.0.112.255",
		"203.0.114.0", "223.255.255.255", "8.8.8.8",
		"2000::1", "2001:200::1", "2001:db7:ffff::1", "2001:db9::1",
		"2606:4700::1111", "2a00:1450::1", "2002:808:808::1",
		"3ffe:ffff::1", "3fff:1000::1", "::ffff:8.8.8.8",
		"64:ff9b::8.8.8.8",
	};
	struct sockaddr_storage ss;
	struct address addr, other;
	size_t i;
	(void)state;

	for (i=0; i<N(closed); i++) {
		assert_true(address_read(&addr, closed[i]));
		if (address_is_public(&addr))
			fail_msg("public: %s", closed[i]);
	}

	for (i=0; i<N(open); i++) {
		assert_true(address_read(&addr, open[i]));
		if (!address_is_public(&addr))
			fail_msg("not public: %s", open[i]);
	}

	/* Whatever is no address of IP is not public */
	memset(&addr, 0, sizeof(addr));
	assert_false(address_is_public(&addr));
	assert_false(address_equal(&addr, &addr));
	memset(&ss, 0, sizeof(ss));
	ss.ss_family = AF_UNIX;
	assert_false(address_of(&addr, (struct sockaddr *)&ss, sizeof(ss)));
	assert_false(address_is_public(&addr));
	ss.ss_family = AF_INET6;
	assert_false(address_of(&addr, (struct sockaddr *)&ss,
				sizeof(struct sockaddr_in)));
	assert_true(address_of(&addr, (struct sockaddr *)&ss,
			       sizeof(struct sockaddr_in6)));
	assert_true(address_read(&other, "::"));
	assert_true(address_equal(&addr, &other));
	assert_true(address_read(&other, "0.0.0.0"));
	assert_false(address_equal(&addr, &other));

	assert_false(address_read(&addr, "127.1"));
	assert_false(address_read(&addr, "[::1]"));
	assert_false(address_read(&addr, "a.example"));
}


/* -- content_hash, made by `openssl dgst` --------------------------------- */

static void test_hash(void **state)
{
	static const char sha512[] = "sha512-"
		"3a81oZNherrMQXNJriBBMRLm-k6JqX6iCp7u5ktV05ohkpkqJ0_BqDa6"
		"PCOj_uu9RU1EI2Q86A4qmslPpUyknw";
	static const char sha256[] = "sha256-"
		"ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0";
	char hash[FETCH_HASH_MAX];
	size_t i;
	(void)state;

	assert_int_equal(strlen(sha512), 93);
	assert_true(fetch_hash_known(sha512, 93));
	assert_true(fetch_hash_known(sha256, strlen(sha256)));
	assert_true(fetch_hash_holds(sha512, 93, "abc", 3));
	assert_true(fetch_hash_holds(sha256, strlen(sha256), "abc", 3));
	assert_false(fetch_hash_holds(sha512, 93, "abd", 3));
	assert_false(fetch_hash_holds(sha512, 93, "abc", 2));
	assert_false(fetch_hash_holds(sha512, 93, "", 0));

	/* With padding, and each digit counts */
	assert_int_equal(snprintf(hash, sizeof(hash), "%s==", sha512), 95);
	assert_true(fetch_hash_holds(hash, 95, "abc", 3));
	for (i=7; i<93; i++) {
		memcpy(hash, sha512, sizeof(sha512));
		hash[i] = hash[i] == 'x' ? 'y' : 'x';
		assert_false(fetch_hash_holds(hash, 93, "abc", 3));
	}

	assert_false(fetch_hash_known(sha512, 92));
	assert_false(fetch_hash_known(sha512, 7));
	assert_false(fetch_hash_known("", 0));
	assert_false(fetch_hash_known("md5-kAFQmDzST7DWlj99KOF_cg", 26));
	assert_false(fetch_hash_known("sha1-qZk-NkcGgWq6PiVxeFDCbJzQ2J0",
				      32));
	memcpy(hash, sha512, 7);
	memset(hash + 7, '=', sizeof(hash) - 7);
	assert_false(fetch_hash_known(hash, sizeof(hash) - 1));
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reference),
		cmocka_unit_test(test_reference_id),
		cmocka_unit_test(test_allow_lines),
		cmocka_unit_test(test_covers),
		cmocka_unit_test(test_host_for_people),
		cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_lookup),
		cmocka_unit_test(test_ca),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_hash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
