/*
 * Finding the subscription that an ID of a request means: an identity, or the
 * name of a section.
 */
#include "tools/hssd/control_local.h"

#include <stdlib.h>
#include <string.h>

static struct store_sub *
find(const struct store *store, const char *id, size_t len)
{
	struct store_impi *impi = store_find_impi(store, id, len);

	if (impi != NULL)
		return impi->sub;

	struct store_impu *impu = store_find_impu(store, id, len);

	return impu != NULL ? impu->sub : store_find_sub(store, id, len);
}

void
control_find(struct control *ctl, struct http_conn *conn, const char *id,
    control_found_fn *found, void *arg)
{
	size_t len = strlen(id);
	struct store_sub *sub = find(ctl->sv->store, id, len);

	if (sub != NULL) {
		found(ctl, conn, sub, id, arg);
		return;
	}
	if (len > STORE_NAME_MAX)
		control_refuse(conn, 404,
		    "there is no subscription with a name of more than %d "
		    "octets",
		    STORE_NAME_MAX);
	else
		control_refuse(conn, 404, "there is no subscription %s", id);
	free(arg);
}
