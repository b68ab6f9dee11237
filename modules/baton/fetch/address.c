/**
 * @file address.c  Which addresses belong to the public internet
 *
 * What answers inside of a company or of this very machine shall not be
 * asked because somebody wrote its name into a call.
 */
#include <string.h>
#include <arpa/inet.h>
#include "inside.h"

struct range4 {
	uint32_t net;
	unsigned bits;
};

struct range6 {
	uint8_t net[16];
	unsigned bits;
};

/* IANA's registry of special addresses (RFC 6890), multicast and the rest */
static const struct range4 closed4[] = {
	{0x00000000,  8},          /* this network                          */
	{0x0a000000,  8},          /* RFC 1918                              */
	{0x64400000, 10},          /* behind a carrier's NAT, RFC 6598      */
	{0x7f000000,  8},          /* loopback                              */
	{0xa9fe0000, 16},          /* link local, metadata of clouds        */
	{0xac100000, 12},          /* RFC 1918                              */
	{0xc0000000, 24},          /* protocol assignments                  */
	{0xc0000200, 24},          /* documentation                         */
	{0xc0586300, 24},          /* 6to4 relays, gone: RFC 7526           */
	{0xc0a80000, 16},          /* RFC 1918                              */
	{0xc6120000, 15},          /* benchmarks                            */
	{0xc6336400, 24},          /* documentation                         */
	{0xcb007100, 24},          /* documentation                         */
	{0xe0000000,  4},          /* multicast                             */
	{0xf0000000,  4},          /* reserved, and broadcast               */
};

/* Inside of 2000::/3, which is all that is given out */
static const struct range6 closed6[] = {
	{{0x20, 0x01, 0x00, 0x00}, 23},  /* Teredo, ORCHID, benchmarks      */
	{{0x20, 0x01, 0x0d, 0xb8}, 32},  /* documentation                   */
	{{0x3f, 0xff, 0x00, 0x00}, 20},  /* documentation, RFC 9637         */
};

static const struct range6 given_out = {{0x20}, 3};

/* These have an IPv4 address inside, and it is that one which is reached */
static const struct range6 mapped = {{[10] = 0xff, [11] = 0xff}, 96};
static const struct range6 nat64 = {{0x00, 0x64, 0xff, 0x9b}, 96};
static const struct range6 sixtofour = {{0x20, 0x02}, 16};


static bool inside6(const uint8_t *p, const struct range6 *range)
{
	const unsigned bytes = range->bits / 8;
	const unsigned bits = range->bits % 8;
	const uint8_t mask = (uint8_t)(0xff00 >> bits);

	return !memcmp(p, range->net, bytes)
		&& (!bits || !((p[bytes] ^ range->net[bytes]) & mask));
}


static bool is_public4(const uint8_t *p)
{
	const uint32_t ip = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16
		| (uint32_t)p[2] << 8 | p[3];
	size_t i;

	for (i=0; i<sizeof(closed4) / sizeof(*closed4); i++) {
		if (!((ip ^ closed4[i].net) >> (32 - closed4[i].bits)))
			return false;
	}

	return true;
}


static bool is_public6(const uint8_t *p)
{
	size_t i;

	if (inside6(p, &mapped) || inside6(p, &nat64))
		return is_public4(p + 12);

	if (inside6(p, &sixtofour))
		return is_public4(p + 2);

	if (!inside6(p, &given_out))
		return false;

	for (i=0; i<sizeof(closed6) / sizeof(*closed6); i++) {
		if (inside6(p, &closed6[i]))
			return false;
	}

	return true;
}


/**
 * Tell whether an address is one of the public internet
 *
 * @param addr Address
 *
 * @return False for private, local, reserved and unknown ones
 */
bool address_is_public(const struct address *addr)
{
	switch (addr->family) {

	case AF_INET:
		return is_public4((const uint8_t *)&addr->u.v4);

	case AF_INET6:
		return is_public6((const uint8_t *)&addr->u.v6);

	default:
		return false;
	}
}


/**
 * Read an address from its text, four numbers or IPv6 without brackets
 *
 * @param addr Address, zeroed if the text is none
 * @param text Text
 *
 * @return True if it is one
 */
bool address_read(struct address *addr, const char *text)
{
	memset(addr, 0, sizeof(*addr));

	if (1 == inet_pton(AF_INET, text, &addr->u.v4))
		addr->family = AF_INET;
	else if (1 == inet_pton(AF_INET6, text, &addr->u.v6))
		addr->family = AF_INET6;

	return addr->family != 0;
}


/**
 * Take the address out of a socket's
 *
 * @param addr Address
 * @param sa   Socket address, need not be aligned
 * @param len  Its bytes
 *
 * @return True if it is of a family that is known
 */
bool address_of(struct address *addr, const struct sockaddr *sa, size_t len)
{
	struct sockaddr_in6 in6;
	struct sockaddr_in in;

	memset(addr, 0, sizeof(*addr));

	if (sa->sa_family == AF_INET && len >= sizeof(in)) {
		memcpy(&in, sa, sizeof(in));
		addr->u.v4 = in.sin_addr;
	}
	else if (sa->sa_family == AF_INET6 && len >= sizeof(in6)) {
		memcpy(&in6, sa, sizeof(in6));
		addr->u.v6 = in6.sin6_addr;
	}
	else {
		return false;
	}

	addr->family = sa->sa_family;

	return true;
}


/** Are these the same address? */
bool address_equal(const struct address *a, const struct address *b)
{
	if (a->family != b->family)
		return false;

	switch (a->family) {

	case AF_INET:
		return !memcmp(&a->u.v4, &b->u.v4, sizeof(a->u.v4));

	case AF_INET6:
		return !memcmp(&a->u.v6, &b->u.v6, sizeof(a->u.v6));

	default:
		return false;
	}
}
