/**
 * @file hash.c  content_hash: what came is what was meant
 *
 * The form of a vCon's and of STIR's: algorithm, hyphen, base64url of the
 * digest without its padding.
 */
#include <string.h>
#include <strings.h>
#include <openssl/evp.h>
#include "fetch.h"

enum { TEXT_MAX = 4 * EVP_MAX_MD_SIZE / 3 + 8 };

struct algorithm {
	const char *name;          /**< with its hyphen                     */
	const EVP_MD *(*md)(void);
	size_t digits;             /**< base64url without padding           */
};

static const struct algorithm algorithms[] = {
	{"sha512-", EVP_sha512, 86},
	{"sha256-", EVP_sha256, 43},
};


static bool are_digits(const char *p, size_t len)
{
	size_t i;

	for (i=0; i<len; i++) {
		if (!((p[i] >= 'A' && p[i] <= 'Z')
		      || (p[i] >= 'a' && p[i] <= 'z')
		      || (p[i] >= '0' && p[i] <= '9')
		      || p[i] == '-' || p[i] == '_'))
			return false;
	}

	return true;
}


/* The algorithm of a hash, and where its digits begin */
static const struct algorithm *find(const char **digitsp, size_t *np,
				    const char *hash, size_t len)
{
	size_t i;

	for (i=0; i<sizeof(algorithms) / sizeof(*algorithms); i++) {
		const struct algorithm *alg = &algorithms[i];
		const size_t l = strlen(alg->name);

		if (len < l || strncasecmp(hash, alg->name, l))
			continue;

		*digitsp = hash + l;
		*np = len - l;
		while (*np > alg->digits && (*digitsp)[*np - 1] == '=')
			--*np;

		return *np == alg->digits && are_digits(*digitsp, *np)
			? alg : NULL;
	}

	return NULL;
}


/**
 * Tell whether a content_hash is of a kind that can be checked
 *
 * @param hash Hash
 * @param len  Its length
 *
 * @return True if so
 */
bool fetch_hash_known(const char *hash, size_t len)
{
	const char *digits;
	size_t n;

	return len < FETCH_HASH_MAX && find(&digits, &n, hash, len);
}


/**
 * Check bytes against a content_hash
 *
 * @param hash    Hash
 * @param len     Its length
 * @param data    Bytes
 * @param datalen Their number
 *
 * @return True if it is theirs
 */
bool fetch_hash_holds(const char *hash, size_t len, const void *data,
		      size_t datalen)
{
	unsigned char md[EVP_MAX_MD_SIZE], text[TEXT_MAX];
	const struct algorithm *alg;
	const char *digits;
	unsigned mdlen;
	size_t n, i;

	alg = find(&digits, &n, hash, len);
	if (!alg || 1 != EVP_Digest(data, datalen, md, &mdlen, alg->md(),
				    NULL))
		return false;

	(void)EVP_EncodeBlock(text, md, (int)mdlen);

	for (i=0; i<n; i++) {
		if (text[i] == '+')
			text[i] = '-';
		else if (text[i] == '/')
			text[i] = '_';
	}

	return !memcmp(text, digits, n);
}
