/*
 * Looks up the host of a URI, once, by the system's resolver.
 */
#include <netdb.h>
#include <stdio.h>
#include "resolve.h"


/* The parameter of a URI that makes requests take this transport */
const char *resolve_param(enum sip_transp tp)
{
	return tp == SIP_TRANSP_TCP ? ";transport=tcp"
		: tp == SIP_TRANSP_TLS ? ";transport=tls" : "";
}


/* The address of @host. @numeric: it was one already. Errors: EINVAL, and
 * ENOENT, which has been printed */
int resolve_host(struct sa *dst, bool *numeric, const struct pl *host,
		 uint16_t port)
{
	struct addrinfo *ai = NULL;
	char name[256];
	int err;

	if (!pl_isset(host) || host->l >= sizeof(name))
		return EINVAL;

	(void)pl_strcpy(host, name, sizeof(name));
	*numeric = !sa_set_str(dst, name, port);
	if (*numeric)
		return 0;

	err = getaddrinfo(name, NULL, NULL, &ai);
	if (err) {
		fprintf(stderr, "baton-sim: %s: %s\n", name,
			gai_strerror(err));
		return ENOENT;
	}
	err = sa_set_sa(dst, ai->ai_addr);
	sa_set_port(dst, port);
	freeaddrinfo(ai);

	return err;
}


/*
 * Where a request for @uri goes when its host is a name; *@routep stays NULL
 * when it is an address. The caller frees it. Errors as above, ENOMEM.
 */
int resolve_route(char **routep, const char *uri, enum sip_transp tp)
{
	struct uri u;
	struct sa dst;
	struct pl pl;
	bool numeric = false;
	int err;

	pl_set_str(&pl, uri);
	err = uri_decode(&u, &pl);
	if (!err)
		err = resolve_host(&dst, &numeric, &u.host,
				   sip_transp_port(tp, u.port));
	if (!err && !numeric)
		err = re_sdprintf(routep, "sip:%J%s", &dst,
				  resolve_param(tp));

	return err;
}
