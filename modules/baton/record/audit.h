/**
 * @file audit.h  Decisions about who may, one JSON line each, in a file
 *
 * Loop only. One file for the program: what is not open takes nothing.
 */
#ifndef BATON_RECORD_AUDIT_H
#define BATON_RECORD_AUDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	AUDIT_LINE  = 8192,       /**< bytes of a line, the longest          */
	AUDIT_WHY   = 128,
	AUDIT_CHECK = 16 * 1024 * 1024, /**< bytes that one command reads    */
};

struct desk_audit;
struct json_object;

/** What the line says with which a file goes on that was cut */
#define AUDIT_CUT "the file was cut"

/** What a look at the chain has found */
struct audit_result {
	uint64_t lines;
	uint64_t starts;          /**< of the program, or after a rotation  */
	uint64_t cuts;            /**< of these, because the file was cut   */
	uint64_t torn;            /**< lines that were not written whole, as
				       by a crash; the chain goes on        */
	uint64_t lost;            /**< decisions that could not be written  */
	uint64_t last;            /**< number of the last line              */
	uint64_t bytes;           /**< that were not looked at              */
	uint64_t broken;          /**< line that does not fit, 0 = none     */
	char why[AUDIT_WHY];      /**< ... and what does not                */
	char hash[65];            /**< SHA-256 of the last line             */
};

/** Tells that decisions are not written down, once until they are again */
typedef void (audit_failed_h)(const char *message, void *arg);

int  audit_open(const char *path, audit_failed_h *failedh, void *arg);
void audit_close(void);
void audit_write(const struct desk_audit *audit, int64_t wall);
int  audit_verify(const char *path, uint64_t max,
		  struct audit_result *result);
int  audit_check(struct json_object **outp);

/* audit_line.c */
int  audit_line(char line[AUDIT_LINE], size_t *lenp,
		const struct desk_audit *audit, int64_t wall, uint64_t n,
		uint64_t lost, const char *prev);
int  audit_start(char line[AUDIT_LINE], size_t *lenp, const char *rule,
		 const char *file, int64_t wall, uint64_t n,
		 const char *prev);
void audit_hash(char hex[65], const char *line, size_t len);

#endif
