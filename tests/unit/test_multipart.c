/**
 * @file test_multipart.c  Bodies taken apart: RFC 2046, RFC 5621, and worse
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "context/multipart.h"


static struct part_list parts;


static int split(const char *ctype, const char *body)
{
	return multipart_split(&parts, ctype, strlen(ctype), body,
			       strlen(body));
}


static void is(const struct view_bytes *v, const char *text)
{
	assert_int_equal(v->l, strlen(text));
	assert_memory_equal(v->p, text, v->l);
}


#define SDP_PART "Content-Type: application/sdp\r\n\r\nv=0\r\n"
#define MIXED "multipart/mixed;boundary=b"


static void test_plain(void **state)
{
	(void)state;

	assert_int_equal(split(MIXED,
		"--b\r\n" SDP_PART "\r\n--b\r\n"
		"Content-Type: application/vcon; charset=utf-8\r\n"
		"Content-Disposition: render;handling=optional\r\n"
		"Content-Encoding: gzip\r\n"
		"Content-ID: <1@example.com>\r\n\r\n{}\r\n--b--\r\n"), 0);
	assert_int_equal(parts.c, 2);
	is(&parts.v[0].type, "application/sdp");
	is(&parts.v[0].data, "v=0\r\n");
	is(&parts.v[0].disposition, "");
	is(&parts.v[1].type, "application/vcon");
	is(&parts.v[1].disposition, "render");
	is(&parts.v[1].encoding, "gzip");
	is(&parts.v[1].id, "<1@example.com>");
	is(&parts.v[1].data, "{}");
}


static void test_boundary_forms(void **state)
{
	static const char *const good[] = {
		"multipart/mixed;boundary=b",
		"Multipart/Mixed; Boundary=b",
		"multipart/mixed; boundary=\"b\"",
		"multipart/mixed; boundary = b ; x=y",
		"multipart/mixed; x=\"a;boundary=z\"; boundary=b",
		"multipart/mixed;\r\n boundary=b",
		"multipart/related; type=\"a/b\"; boundary=\"\\b\"",
	};
	static const char *const bad[] = {
		"multipart/mixed", "multipart/mixed;boundary=",
		"multipart/mixed;boundary=\"\"", "multipart/mixed;boundary",
		"multipart/mixed;boundary=\"b", "application/sdp;boundary=b",
		"multipart/", "",
	};
	(void)state;

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		assert_int_equal(split(good[i], "--b\r\n\r\nx\r\n--b--"), 0);
		assert_int_equal(parts.c, 1);
		is(&parts.v[0].data, "x");
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(split(bad[i], "--b\r\n\r\nx\r\n--b--"),
				 EBADMSG);

	/* Characters that only a quoted one may have, RFC 2046 */
	assert_int_equal(split("multipart/mixed; boundary=\"a=b:c ?d\"",
			       "--a=b:c ?d\r\n\r\nx\r\n--a=b:c ?d--"), 0);
	is(&parts.v[0].data, "x");
}


static void test_preamble_epilogue(void **state)
{
	(void)state;

	assert_int_equal(split(MIXED,
		"This is MIME.\r\n-- b\r\n--bb\r\n--b  \t\r\n\r\none\r\n"
		"--bee\r\n--b--\r\nepilogue\r\n--b\r\n\r\nnot me\r\n"), 0);
	assert_int_equal(parts.c, 1);
	/* A longer word that begins like the boundary is data */
	is(&parts.v[0].data, "one\r\n--bee");
}


static void test_line_ends(void **state)
{
	(void)state;

	assert_int_equal(split(MIXED,
		"--b\nContent-Type: application/sdp\n\nv=0\n\n--b\n\nx\n"
		"--b--\n"), 0);
	assert_int_equal(parts.c, 2);
	is(&parts.v[0].type, "application/sdp");
	is(&parts.v[0].data, "v=0\n");
	is(&parts.v[1].data, "x");
}


static void test_headers(void **state)
{
	(void)state;

	assert_int_equal(split(MIXED,
		"--b\r\ncOnTeNt-tYpE :\r\n\tapplication/json\r\n ;a=b\r\n"
		"X-Other: 1\r\n\r\n1\r\n"
		"--b\r\nc: application/sdp\r\ne: deflate\r\n"
		"Content-Transfer-Encoding: Base64 ;x\r\n\r\n2\r\n"
		"--b\r\n\r\n3\r\n"
		"--b\r\nno header here\r\n\r\n4\r\n"
		"--b\r\nContent-Type: text/html\r\n"
		"--b\r\nContent-Type: text/html\r\nnot a header\r\n\r\n5\r\n"
		"--b--"), EBADMSG);
	/* The last one is broken, those before it are there all the same */
	assert_int_equal(parts.c, 5);
	is(&parts.v[0].type, "application/json");
	is(&parts.v[0].data, "1");
	is(&parts.v[1].type, "application/sdp");
	is(&parts.v[1].encoding, "deflate");
	is(&parts.v[1].transfer, "Base64");
	is(&parts.v[0].full, "application/json\r\n ;a=b");
	is(&parts.v[0].transfer, "");
	is(&parts.v[2].type, "text/plain");
	is(&parts.v[3].type, "text/plain");
	is(&parts.v[3].data, "no header here\r\n\r\n4");
	is(&parts.v[4].type, "text/html");
	is(&parts.v[4].data, "");
}


static void test_missing_end(void **state)
{
	(void)state;

	assert_int_equal(split(MIXED, "--b\r\n" SDP_PART "\r\n--b\r\n\r\nx"),
			 0);
	assert_int_equal(parts.c, 2);
	is(&parts.v[1].data, "x");

	assert_int_equal(split(MIXED, "--b\r\n\r\nx\r\n--b\r\n"), 0);
	assert_int_equal(parts.c, 1);

	assert_int_equal(split(MIXED, "nothing at all"), EBADMSG);
	assert_int_equal(parts.c, 0);
	assert_int_equal(split(MIXED, ""), EBADMSG);
	assert_int_equal(split(MIXED, "--"), EBADMSG);
	assert_int_equal(split(MIXED, "--b--"), 0);
	assert_int_equal(parts.c, 0);
}


static void test_nul_bytes(void **state)
{
	static const char body[] =
		"--b\r\n\r\na\0b\0\r\n--b\0\r\n--b\r\n\r\n\0\r\n--b--";
	(void)state;

	assert_int_equal(multipart_split(&parts, MIXED, strlen(MIXED), body,
					 sizeof(body) - 1), 0);
	assert_int_equal(parts.c, 2);
	assert_int_equal(parts.v[0].data.l, 10);
	assert_memory_equal(parts.v[0].data.p, "a\0b\0\r\n--b\0", 10);
	assert_int_equal(parts.v[1].data.l, 1);
}


#define OPEN(x) "Content-Type: multipart/alternative; boundary=" #x "\r\n\r\n"

static void test_nested(void **state)
{
	(void)state;

	assert_int_equal(split(MIXED,
		"--b\r\n" OPEN(c) "--c\r\n" OPEN(d)
		"--d\r\n" SDP_PART "\r\n--d--\r\n"
		"--c\r\n\r\nx\r\n--c--\r\n--b\r\n\r\ny\r\n--b--"), 0);
	assert_int_equal(parts.c, 3);
	is(&parts.v[0].type, "application/sdp");
	is(&parts.v[1].data, "x");
	is(&parts.v[2].data, "y");

	/* One level more than LIMIT_NESTING; what is beside it stays */
	assert_int_equal(split(MIXED,
		"--b\r\n" OPEN(c) "--c\r\n" OPEN(d) "--d\r\n" OPEN(e)
		"--e\r\n\r\ndeep\r\n--e--\r\n--d--\r\n--c--\r\n"
		"--b\r\n" SDP_PART "\r\n--b--"), E2BIG);
	assert_int_equal(parts.c, 1);
	is(&parts.v[0].type, "application/sdp");

	/* Broken inside: listed as it is, the SDP is not lost */
	assert_int_equal(split(MIXED,
		"--b\r\nContent-Type: multipart/mixed\r\n\r\n?\r\n"
		"--b\r\n" SDP_PART "\r\n--b--"), 0);
	assert_int_equal(parts.c, 2);
	is(&parts.v[0].type, "multipart/mixed");
	is(&parts.v[1].type, "application/sdp");
}


static void test_caps(void **state)
{
	char ctype[256];
	enum { SIZE = 16384 };
	char *body = malloc(SIZE);
	size_t n = 0;
	(void)state;

	assert_non_null(body);

	for (int i = 0; i < LIMIT_PARTS; i++)
		n += (size_t)snprintf(body + n, SIZE - n,
				      "--b\r\n\r\n%d\r\n", i);
	memcpy(body + n, "--b--", 6);
	assert_int_equal(split(MIXED, body), 0);
	assert_int_equal(parts.c, LIMIT_PARTS);

	memcpy(body + n, "--b\r\n\r\nmore\r\n--b--", 19);
	assert_int_equal(split(MIXED, body), E2BIG);
	assert_int_equal(parts.c, LIMIT_PARTS);

	/* Headers of a part */
	n = (size_t)snprintf(body, SIZE, "--b\r\n" SDP_PART
			     "\r\n--b\r\nX-A: ");
	memset(body + n, 'a', LIMIT_PART_HEAD);
	n += LIMIT_PART_HEAD;
	memcpy(body + n, "\r\n\r\nx\r\n--b--", 13);
	assert_int_equal(split(MIXED, body), E2BIG);
	assert_int_equal(parts.c, 1);
	is(&parts.v[0].type, "application/sdp");

	/* The boundary itself: 70 is allowed, RFC 2046 section 5.1.1 */
	memset(ctype, 0, sizeof(ctype));
	n = (size_t)snprintf(ctype, sizeof(ctype),
			     "multipart/mixed;boundary=");
	memset(ctype + n, 'z', LIMIT_BOUNDARY);
	(void)snprintf(body, SIZE, "--%s\r\n\r\nx\r\n--%s--", ctype + n,
		       ctype + n);
	assert_int_equal(split(ctype, body), 0);
	assert_int_equal(parts.c, 1);
	ctype[n + LIMIT_BOUNDARY] = 'z';
	assert_int_equal(split(ctype, body), E2BIG);

	free(body);
}


static void test_arguments(void **state)
{
	(void)state;

	assert_int_equal(multipart_split(NULL, MIXED, 10, "", 0), EINVAL);
	assert_int_equal(multipart_split(&parts, NULL, 0, "", 0), EINVAL);
	assert_int_equal(multipart_split(&parts, MIXED, 10, NULL, 0), EINVAL);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_boundary_forms),
		cmocka_unit_test(test_preamble_epilogue),
		cmocka_unit_test(test_line_ends),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_missing_end),
		cmocka_unit_test(test_nul_bytes),
		cmocka_unit_test(test_nested),
		cmocka_unit_test(test_caps),
		cmocka_unit_test(test_arguments),
	};

	return cmocka_run_group_tests_name("multipart", tests, NULL, NULL);
}
