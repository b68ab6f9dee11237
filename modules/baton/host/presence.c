/**
 * @file presence.c  Whether somebody is there, as the host's contacts say
 *
 * The host's module `presence` asks those of its contacts that are marked
 * with ;presence=p2p (RFC 3856). Others are never known to be there.
 */
#include <string.h>
#include <re.h>
#include <baresip.h>
#include "host.h"


/* The very address, else one of the same user at the same host: contacts are
   written with and without port and transport */
static const struct contact *find(const char *uri)
{
	struct contacts *contacts = baresip_contacts();
	const struct contact *contact = contact_find(contacts, uri);
	struct le *le;

	if (contact)
		return contact;

	for (le = list_head(contact_list(contacts)); le; le = le->next) {

		if (uri_same_party(contact_uri(le->data), uri))
			return le->data;
	}

	return NULL;
}


/**
 * Find out whether somebody is there
 *
 * @param uri Address
 * @param arg Not used
 *
 * @return What is known of it
 */
enum target_presence presence_of(const char *uri, void *arg)
{
	(void)arg;

	switch (contact_presence(find(uri))) {

	case PRESENCE_OPEN:   return TARGET_THERE;
	case PRESENCE_CLOSED: return TARGET_AWAY;
	case PRESENCE_BUSY:   return TARGET_BUSY;
	default:              return TARGET_THERE_UNKNOWN;
	}
}
