/**
 * @file transcript_at.c  When something was said
 *
 * A date, or the time since the recording began: in seconds, in parts of
 * them, or as a clock shows it.
 */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <json-c/json.h>
#include "../build.h"
#include "../json/value.h"
#include "../text/date.h"
#include "transcript.h"


/**
 * Read "1:02", "00:01:02" or "00:01:02,500"
 *
 * @param out Seconds
 * @param p   Text
 * @param len Its length
 *
 * @return Bytes that were read, 0 if it is none
 */
size_t transcript_clock(double *out, const char *p, size_t len)
{
	double seconds = 0.0, part = 0.1;
	unsigned groups = 0;
	size_t i = 0;

	for (;;) {
		unsigned n = 0, digits = 0;

		for (; i < len && isdigit((unsigned char)p[i]) && digits < 3;
		     i++, digits++)
			n = 10 * n + (unsigned)(p[i] - '0');
		if (!digits || (groups && (digits != 2 || n > 59)))
			return 0;
		seconds = 60.0 * seconds + n;
		++groups;
		if (groups == 3 || i == len || p[i] != ':')
			break;
		++i;
	}

	if (groups < 2)
		return 0;

	if (i + 1 < len && (p[i] == '.' || p[i] == ',') &&
	    isdigit((unsigned char)p[i+1])) {
		for (++i; i < len && isdigit((unsigned char)p[i]); i++) {
			seconds += part * (p[i] - '0');
			part /= 10.0;
		}
	}
	*out = seconds;

	return i;
}


/* "PT1M2.5S", ISO 8601 */
static bool period_of(double *out, const char *p)
{
	double seconds = 0.0;

	if (strncmp(p, "PT", 2) || !p[2])
		return false;

	for (p += 2; *p;) {
		char *end;
		double d;

		if (!isdigit((unsigned char)*p))
			return false;
		d = strtod(p, &end);
		if (*end == 'H')
			seconds += 3600.0 * d;
		else if (*end == 'M')
			seconds += 60.0 * d;
		else if (*end == 'S')
			seconds += d;
		else
			return false;
		p = end + 1;
	}
	*out = seconds;

	return true;
}


/* Seconds from the start of the recording, as they are written */
static bool offset_of(double *out, struct json_object *val)
{
	char buf[24];
	const char *p;
	char *end;
	size_t len;

	if (value_number(out, val, 0.0, 1e6))
		return true;

	p = json_object_is_type(val, json_type_string) ?
		value_text(val, &len) : NULL;
	if (!p || !len || len >= sizeof(buf))
		return false;
	memcpy(buf, p, len);
	buf[len] = '\0';

	if (transcript_clock(out, buf, len) == len)
		return true;
	if (*buf == 'P')
		return period_of(out, buf) && *out < 1e6;
	if (*p < '0' || *p > '9')
		return false;

	/* "1.300s" */
	*out = strtod(buf, &end);

	return (!*end || !strcmp(end, "s")) && *out >= 0.0 && *out < 1e6;
}


/* Whole numbers further apart than anybody speaks are milliseconds */
static bool is_millis(struct json_object *elem, struct json_object *start,
		      size_t textlen)
{
	static const char *const ends[] = {"end", "end_time", NULL};
	struct json_object *end = value_member(elem, ends);

	return json_object_is_type(start, json_type_int) &&
		json_object_is_type(end, json_type_int) &&
		json_object_get_double(end) - json_object_get_double(start) >
		(double)textlen + 30.0;
}


/**
 * Set when a turn was said
 *
 * @param ctx    Context that is being built
 * @param frame  What it is part of
 * @param turn   Turn
 * @param offset Seconds since the recording began, or since 1970
 *
 * @return 0 or ENOMEM; nothing is set if it is not known when that was
 */
int transcript_offset(struct context *ctx,
		      const struct transcript_frame *frame,
		      struct context_turn *turn, double offset)
{
	char date[DATE_SIZE];

	if (offset < 1e9)
		offset += frame->start;
	if (isnan(offset) || date_put(date, offset))
		return 0;

	return context_set_line(ctx, &turn->at, date, strlen(date));
}


/* Names that say the unit */
static bool unit_of(double *out, struct json_object *elem)
{
	static const char *const names[] = {
		"BeginOffsetMillis", "start_ms", "offset_ms", "startMs",
		"startTimeMs", "offsetMilliseconds", "offsetInTicks",
		"startTimestampUsec", "secondsFromStart", "time_in_call_secs",
		NULL
	};
	static const double scales[] = {
		1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-7, 1e-6, 1.0, 1.0,
	};
	struct json_object *val = value_member(elem, names), *one;

	if (!val)
		return false;

	for (size_t i = 0; names[i]; i++) {
		if (json_object_object_get_ex(elem, names[i], &one) &&
		    one == val) {
			if (!value_number(out, val, 0.0, 1e16))
				return false;
			*out *= scales[i];
			return true;
		}
	}

	return false;
}


/**
 * Set when a turn was said, by what its object says
 *
 * @return 0 or ENOMEM
 */
int transcript_at(struct context *ctx, const struct transcript_frame *frame,
		  struct context_turn *turn, struct json_object *elem)
{
	static const char *const ats[] = {
		"at", "time", "timestamp", "start", "start_time",
		"startTime", "created_at", "createTime", "createdAt",
		"offset", NULL
	};
	struct json_object *val = value_member(elem, ats);
	double offset;
	int err;

	err = value_date(ctx, &turn->at, val);
	if (err != EINVAL)
		return err;

	if (val && !isnan(frame->start) && offset_of(&offset, val)) {
		if (is_millis(elem, val, strlen(turn->text)))
			offset /= 1000.0;
		return transcript_offset(ctx, frame, turn, offset);
	}

	return unit_of(&offset, elem) ?
		transcript_offset(ctx, frame, turn, offset) : 0;
}
