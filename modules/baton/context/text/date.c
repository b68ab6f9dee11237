/**
 * @file date.c  Dates as they are found in the wild, made RFC 3339
 *
 * vCon wants RFC 3339; real files also have no zone, a blank for the T,
 * or the form of e-mail.
 */
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>
#include "date.h"
#include "text.h"


struct cursor {
	const char *p;
	size_t l;
};


/* Thousands of turns have one each: faster than printf() */
static char *put(char *out, int v, unsigned digits)
{
	for (unsigned i = digits; i--; v /= 10)
		out[i] = (char)('0' + v % 10);

	return out + digits;
}


static char *put_date(char *out, int y, int m, int d)
{
	out = put(out, y, 4);
	*out++ = '-';
	out = put(out, m, 2);
	*out++ = '-';

	return put(out, d, 2);
}


static bool take(struct cursor *c, char ch)
{
	if (!c->l || *c->p != ch)
		return false;

	++c->p;
	--c->l;

	return true;
}


/* A number of at least min and at most max digits */
static bool number(struct cursor *c, unsigned min, unsigned max, int *out)
{
	unsigned n = 0;
	int v = 0;

	while (n < max && c->l && *c->p >= '0' && *c->p <= '9') {
		v = 10 * v + (*c->p - '0');
		++c->p;
		--c->l;
		++n;
	}
	*out = v;

	return n >= min;
}


static bool date_ok(int y, int m, int d)
{
	static const int days[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
	};

	if (m < 1 || m > 12 || d < 1)
		return false;
	if (m == 2 && d == 29)
		return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;

	return d <= days[m - 1];
}


/* Z, +hh:mm, +hhmm, +hh, GMT, UTC or nothing, which is taken for UTC */
static bool zone(struct cursor *c, char out[8])
{
	char sign;
	int h, m = 0;

	while (take(c, ' '))
		;

	if (!c->l || text_is(c->p, c->l, "z") || text_is(c->p, c->l, "gmt") ||
	    text_is(c->p, c->l, "utc")) {
		memcpy(out, "Z", 2);
		return true;
	}

	sign = *c->p;
	if (!take(c, '+') && !take(c, '-'))
		return false;
	if (!number(c, 2, 2, &h) || h > 23)
		return false;
	(void)take(c, ':');
	if (c->l && (!number(c, 2, 2, &m) || m > 59))
		return false;
	if (c->l)
		return false;

	if (!h && !m) {
		memcpy(out, "Z", 2);
	}
	else {
		*out++ = sign;
		out = put(out, h, 2);
		*out++ = ':';
		*put(out, m, 2) = '\0';
	}

	return true;
}


/* hh:mm[:ss[.fraction]] zone */
static bool clock_time(struct cursor *c, int y, int mon, int d,
		       char out[DATE_SIZE])
{
	char frac[5] = "";
	char off[8];
	int h, min, s = 0;

	if (!number(c, 1, 2, &h) || h > 23 || !take(c, ':') ||
	    !number(c, 2, 2, &min) || min > 59)
		return false;

	if (take(c, ':') && (!number(c, 2, 2, &s) || s > 60))
		return false;

	if (take(c, '.') || take(c, ',')) {
		size_t n = 0;

		while (c->l && *c->p >= '0' && *c->p <= '9') {
			/* Milliseconds are as fine as anybody reads */
			if (n < 3)
				frac[++n] = *c->p;
			++c->p;
			--c->l;
		}
		if (!n)
			return false;
		while (n && frac[n] == '0')
			frac[n--] = '\0';
		if (n)
			frac[0] = '.';
		else
			frac[0] = '\0';
	}

	if (!zone(c, off))
		return false;

	out = put_date(out, y, mon, d);
	*out++ = 'T';
	out = put(out, h, 2);
	*out++ = ':';
	out = put(out, min, 2);
	*out++ = ':';
	out = put(out, s, 2);
	memcpy(out, frac, strlen(frac));
	out += strlen(frac);
	memcpy(out, off, strlen(off) + 1);

	return true;
}


/* "Sun, 22 Nov 2026 10:00:00 +0000", RFC 5322 section 3.3 */
static bool mail_date(struct cursor *c, char out[DATE_SIZE])
{
	static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
	const char *comma = memchr(c->p, ',', c->l);
	int y, d, m;

	if (comma) {
		c->l -= (size_t)(comma + 1 - c->p);
		c->p = comma + 1;
	}
	while (take(c, ' '))
		;

	if (!number(c, 1, 2, &d) || !take(c, ' ') || c->l < 4)
		return false;

	for (m = 0; m < 12; m++) {
		char name[4] = {0};

		memcpy(name, months + 3 * (size_t)m, 3);
		if (text_is(c->p, 3, name))
			break;
	}
	c->p += 3;
	c->l -= 3;

	if (m == 12 || !take(c, ' ') || !number(c, 4, 4, &y) ||
	    !take(c, ' ') || !date_ok(y, m + 1, d))
		return false;

	return clock_time(c, y, m + 1, d, out);
}


/**
 * Read a date, write it as RFC 3339
 *
 * @param out Date and time with zone, or the date alone if no time is there
 * @param p   Text
 * @param len Its length
 *
 * @return 0, EBADMSG if it is no date
 */
int date_read(char out[DATE_SIZE], const char *p, size_t len)
{
	struct cursor c = {p, len};
	int y, m, d;

	text_trim(&c.p, &c.l);
	if (c.l < 8 || c.l > 48)
		return EBADMSG;

	if (*c.p < '0' || *c.p > '9' || c.p[1] < '0' || c.p[1] > '9' ||
	    c.p[2] < '0' || c.p[2] > '9')
		return mail_date(&c, out) ? 0 : EBADMSG;

	if (!number(&c, 4, 4, &y) || !take(&c, '-') ||
	    !number(&c, 2, 2, &m) || !take(&c, '-') ||
	    !number(&c, 2, 2, &d) || !date_ok(y, m, d))
		return EBADMSG;

	if (!c.l) {
		*put_date(out, y, m, d) = '\0';
		return 0;
	}

	if (!take(&c, 'T') && !take(&c, 't') && !take(&c, ' '))
		return EBADMSG;

	return clock_time(&c, y, m, d, out) ? 0 : EBADMSG;
}


/**
 * The same for a number: seconds, or milliseconds, since 1970
 *
 * @return 0, EBADMSG if it is not between the years 2001 and 2286
 */
int date_epoch(char out[DATE_SIZE], double when)
{
	if (when >= 1e12 && when < 1e13)
		when = when / 1000.0;

	if (!isfinite(when) || when < 1e9 || when >= 1e10)
		return EBADMSG;

	return date_put(out, floor(when));
}


/**
 * Write seconds since 1970 as date and time, to the millisecond
 *
 * @return 0, EBADMSG if it is before 1970 or after 2286
 */
int date_put(char out[DATE_SIZE], double when)
{
	struct tm tm;
	time_t t;
	size_t n;
	int ms;

	if (!isfinite(when) || when < 0.0 || when >= 1e10)
		return EBADMSG;

	t = (time_t)when;
	ms = (int)((when - (double)t) * 1000.0 + 0.5);
	if (ms == 1000) {
		ms = 0;
		++t;
	}

	if (!gmtime_r(&t, &tm))
		return EBADMSG;
	n = strftime(out, DATE_SIZE, "%Y-%m-%dT%H:%M:%S", &tm);
	if (!n)
		return EBADMSG;

	if (ms) {
		out[n++] = '.';
		(void)put(out + n, ms, 3);
		n += 3;
		while (out[n-1] == '0')
			--n;
	}
	memcpy(out + n, "Z", 2);

	return 0;
}


/**
 * Seconds since 1970 of a date as date_read() writes it
 *
 * @return 0, EBADMSG if it has no time or is before 1970
 */
int date_seconds(double *out, const char *date)
{
	struct cursor c = {date, strlen(date)};
	int y, m, d, h, min, s, oh = 0, om = 0;
	double frac = 0.0, digit = 0.1;
	struct tm tm;
	char sign;
	time_t t;

	if (!number(&c, 4, 4, &y) || !take(&c, '-') ||
	    !number(&c, 2, 2, &m) || !take(&c, '-') ||
	    !number(&c, 2, 2, &d) || !take(&c, 'T') ||
	    !number(&c, 2, 2, &h) || !take(&c, ':') ||
	    !number(&c, 2, 2, &min) || !take(&c, ':') ||
	    !number(&c, 2, 2, &s))
		return EBADMSG;

	if (take(&c, '.')) {
		for (; c.l && *c.p >= '0' && *c.p <= '9'; ++c.p, --c.l) {
			frac += digit * (*c.p - '0');
			digit /= 10.0;
		}
	}

	sign = c.l ? *c.p : 'Z';
	if ((take(&c, '+') || take(&c, '-')) &&
	    (!number(&c, 2, 2, &oh) || !take(&c, ':') ||
	     !number(&c, 2, 2, &om)))
		return EBADMSG;

	memset(&tm, 0, sizeof(tm));
	tm.tm_year = y - 1900;
	tm.tm_mon = m - 1;
	tm.tm_mday = d;
	tm.tm_hour = h;
	tm.tm_min = min;
	tm.tm_sec = s;
	t = timegm(&tm);
	if (t < 0)
		return EBADMSG;

	*out = (double)t + frac +
		(sign == '-' ? 60.0 : -60.0) * (60 * oh + om);

	return 0;
}
