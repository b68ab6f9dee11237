/**
 * @file uui.h  User-to-User, and all that is written like it
 */
#ifndef BATON_UUI_H
#define BATON_UUI_H

#include <stdbool.h>
#include <stddef.h>

struct context;

enum { UUI_HEX_MIN = 4 };          /**< digits; what is shorter is a word  */

enum uui_encoding {
	UUI_NONE = 0,             /**< it does not say                      */
	UUI_HEX,
	UUI_TEXT,
	UUI_BASE64,
	UUI_OTHER,                /**< it says what we do not know          */
};

/** A value taken apart */
struct uui {
	const char *p;            /**< payload, not decoded                 */
	size_t l;
	enum uui_encoding enc;
	bool pd;                  /**< the discriminator is a parameter     */
};

/* uui.c: a value as it stands in a header */
int uui_read(struct context *ctx, const char *title, size_t titlelen,
	     const char *value, size_t len);
bool uui_speaks(const char *value, size_t len);

/* uui_split.c: values and their parameters */
void uui_split(struct uui *uui, const char *p, size_t len);
bool uui_next(const char **pp, size_t *lenp, const char **vp, size_t *vlen);
bool uui_several(const char *p, size_t len);

/* uui_text.c: what text says */
int uui_text(struct context *ctx, const char *title, size_t titlelen,
	     const char *p, size_t len);
int uui_list(struct context *ctx, const char *title, size_t titlelen,
	     const char *p, size_t len);
int uui_object(struct context *ctx, const char *p, size_t len);
bool text_digits(const char *p, size_t len);
bool uui_structured(const char *p, size_t len);

/* uui_bytes.c: what bytes say */
int  uui_bytes(struct context *ctx, const char *title, size_t titlelen,
	       const char *p, size_t len, bool whole, bool json);

#endif
