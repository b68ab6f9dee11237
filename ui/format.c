/**
 * @file format.c  Single values in words: times, addresses, cut texts
 */
#include <string.h>
#include "format.h"
#include "intl.h"


/**
 * Cut a text to a number of characters, and say so at its end
 *
 * @param text UTF-8, or NULL
 * @param max  Characters
 *
 * @return The text to g_free(), NULL when there was none or it was blank
 */
char *format_clip(const char *text, size_t max)
{
	size_t chars;
	char *cut, *s;

	if (!text)
		return NULL;

	while (g_ascii_isspace(*text))
		++text;

	if (!*text)
		return NULL;

	/* As many bytes are never more characters */
	if (strlen(text) <= max)
		return g_strchomp(g_strdup(text));

	chars = (size_t)g_utf8_strlen(text, -1);
	if (chars <= max)
		return g_strchomp(g_strdup(text));

	cut = g_utf8_substring(text, 0, (glong)max);
	s = g_strdup_printf(ngettext_("%s … (%zu more character)",
				      "%s … (%zu more characters)",
				      chars - max), cut, chars - max);
	g_free(cut);

	return s;
}


/**
 * An address as people write it: no scheme, no parameters
 *
 * @param uri SIP, SIPS or tel URI, with or without angle brackets, or NULL
 */
char *format_address(const char *uri)
{
	static const char *const schemev[] = {"sip:", "sips:", "tel:"};
	const char *end = ";?";
	size_t i, len;
	char *part, *s;

	if (!uri)
		return NULL;

	if (*uri == '<') {
		end = ";?>";
		++uri;
	}

	for (i = 0; i < G_N_ELEMENTS(schemev); i++) {
		len = strlen(schemev[i]);
		if (!g_ascii_strncasecmp(uri, schemev[i], len)) {
			uri += len;
			break;
		}
	}

	part = g_strndup(uri, strcspn(uri, end));
	s = format_clip(part, FORMAT_LINE_MAX);
	g_free(part);

	return s;
}


/**
 * A length of time, as on a clock: 0:07, 12:05, 1:02:03
 *
 * @param ms Milliseconds; below zero counts as none
 */
char *format_duration(int64_t ms)
{
	const int64_t s = ms > 0 ? ms / 1000 : 0;
	const int sec = (int)(s % 60), min = (int)(s / 60 % 60);
	const long hours = (long)(s / 3600);

	if (hours)
		return g_strdup_printf("%ld:%02d:%02d", hours, min, sec);

	return g_strdup_printf("%d:%02d", min, sec);
}


static char *date_format(const char *date, const char *format)
{
	GTimeZone *zone;
	GDateTime *then, *local;
	char *s;

	if (!date)
		return NULL;

	zone = g_time_zone_new_utc();
	then = g_date_time_new_from_iso8601(date, zone);
	g_time_zone_unref(zone);
	if (!then)
		return NULL;

	local = g_date_time_to_local(then);
	s = local ? g_date_time_format(local, format) : NULL;

	g_clear_pointer(&local, g_date_time_unref);
	g_date_time_unref(then);

	return s;
}


/** The time of day of an RFC 3339 date, where the person is */
char *format_clock(const char *date)
{
	return date_format(date, "%H:%M:%S");
}


/** The day of an RFC 3339 date; what is no such date stays as it came */
char *format_day(const char *date)
{
	char *s = date_format(date, "%-d %b %Y");

	return s ? s : format_clip(date, FORMAT_LINE_MAX);
}


/** The time of day of milliseconds since 1970 */
char *format_clock_ms(int64_t at)
{
	GDateTime *then = g_date_time_new_from_unix_local(at / 1000);
	char *s = then ? g_date_time_format(then, "%H:%M") : NULL;

	g_clear_pointer(&then, g_date_time_unref);

	return s;
}


/** The English name of a language tag, or the tag as it came */
char *format_language(const char *tag)
{
	static const struct {
		const char *code;
		const char *name;
	} langv[] = {
		{"ar", N_("Arabic")},     {"bg", N_("Bulgarian")},
		{"cs", N_("Czech")},      {"da", N_("Danish")},
		{"de", N_("German")},     {"el", N_("Greek")},
		{"en", N_("English")},    {"es", N_("Spanish")},
		{"fa", N_("Persian")},    {"fi", N_("Finnish")},
		{"fr", N_("French")},     {"he", N_("Hebrew")},
		{"hi", N_("Hindi")},      {"hu", N_("Hungarian")},
		{"id", N_("Indonesian")}, {"it", N_("Italian")},
		{"ja", N_("Japanese")},   {"ko", N_("Korean")},
		{"nb", N_("Norwegian")},  {"nl", N_("Dutch")},
		{"no", N_("Norwegian")},  {"pl", N_("Polish")},
		{"pt", N_("Portuguese")}, {"ro", N_("Romanian")},
		{"ru", N_("Russian")},    {"sv", N_("Swedish")},
		{"th", N_("Thai")},       {"tr", N_("Turkish")},
		{"uk", N_("Ukrainian")},  {"vi", N_("Vietnamese")},
		{"zh", N_("Chinese")},
	};
	size_t i, len;

	if (!tag)
		return NULL;

	len = strcspn(tag, "-_");

	for (i = 0; i < G_N_ELEMENTS(langv); i++)
		if (len == 2 && !g_ascii_strncasecmp(tag, langv[i].code, 2))
			return g_strdup(_(langv[i].name));

	return format_clip(tag, FORMAT_LINE_MAX);
}
