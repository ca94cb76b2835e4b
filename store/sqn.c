/*
 * Sequence numbers (TS 33.102, 6.3 and annex C): SQN = SEQ || IND, SEQ of 43
 * bits counted up for each IMPI (C.3, profile 2: not time-based), IND of 5
 * bits chosen by the caller.
 *
 * The journal holds a ceiling, a step and a half ahead at most; after a crash
 * SEQ goes on from there.  So numbers are skipped but never used twice.
 *
 * Half a step before the ceiling is reached the next one is appended, so that
 * it is on disk when it is needed and no answer has to wait for it.  Numbers
 * that only this one allows (`ahead`) wait, if it is not there yet.
 */
#include "store/local.h"

/* C.2.1 and C.3.2: a USIM refuses a SEQ that is more than this ahead of its
 * own. */
#define SQN_DELTA ((uint64_t)1 << 28)

static uint64_t
left(const struct store_impi *impi)
{
	return impi->left != SQN_NONE ? impi->left : 0;
}

uint64_t
sqn_ceiling(const struct store_impi *impi)
{
	return impi->seq + left(impi);
}

void
sqn_restore(struct store_impi *impi, uint64_t ceiling, bool reset)
{
	if (reset || ceiling > impi->seq)
		impi->seq = ceiling;
	impi->left = impi->ahead = 0;
}

/* Puts the record that allows all up to this SEQ. */
static size_t
ceiling_text(char buf[RECORD_MAX], const struct store *store,
    const struct store_impi *impi, uint64_t seq, bool reset)
{
	char name[STORE_NAME_MAX];
	size_t len = names_text(&store->tables->names, &impi->name, name);

	return record_sqn(buf, name, len, seq, reset);
}

/* Makes these the last SEQ and how many more are allowed. */
static void
set(struct store *store, struct store_impi *impi, uint64_t seq,
    uint64_t allowed)
{
	uint64_t seq_before = impi->seq;
	uint8_t left_before = impi->left;

	impi->seq = seq;
	impi->left = (uint8_t)allowed;
	if (impi->ahead > impi->left) {
		impi->ahead = 0;
		store_await(store, sub_of(impi->sub), store->sqn_ahead);
	}
	if (store->reload != NULL)
		reload_mirror_sqn(store, impi, seq_before, left_before);
}

/* Journals that `allow` numbers after seq may be given out, and makes that so;
 * answers wait for it. */
static bool
allow_sqn(struct store *store, struct store_impi *impi, uint64_t seq,
    uint64_t allow, bool reset)
{
	char buf[RECORD_MAX];
	size_t len = ceiling_text(buf, store, impi, seq + allow, reset);

	if (!store_append_awaited(store, sub_of(impi->sub), buf, len))
		return false;
	impi->ahead = 0;
	set(store, impi, seq, allow);
	return true;
}

/* Raises the ceiling when it is near.  A journal that takes no record now is
 * told of when the numbers are used up. */
static void
raise_ceiling(struct store *store, struct store_impi *impi)
{
	unsigned step = store->sqn_step, allowed = impi->left + step;
	char buf[RECORD_MAX];

	if (impi->ahead > 0 || impi->left > step / 2 || allowed >= SQN_NONE ||
	    allowed > SQN_SEQ_MAX - impi->seq)
		return;

	uint64_t position = store_append_ahead(store, buf,
	    ceiling_text(buf, store, impi, impi->seq + allowed, false));

	if (position == 0)
		return;
	store->sqn_ahead = position;
	impi->ahead = (uint8_t)step;
	set(store, impi, impi->seq, allowed);
}

bool
store_set_sqn_step(struct store *store, unsigned step)
{
	if (step == 0 || step > STORE_SQN_STEP_MAX)
		return false;
	store->sqn_step = step;
	return true;
}

bool
store_next_sqn(struct store *store, struct store_impi *impi, unsigned ind,
    unsigned n, uint64_t *first)
{
	uint64_t allowed = left(impi), room = SQN_SEQ_MAX - impi->seq;

	if (n == 0 || ind >> STORE_SQN_IND_BITS != 0 || n > room)
		return false;
	if (n > allowed) {
		allowed = n > store->sqn_step ? n : store->sqn_step;
		if (allowed > room)
			allowed = room;
		if (!allow_sqn(store, impi, impi->seq, allowed, false))
			return false;
	}
	*first = (impi->seq + 1) << STORE_SQN_IND_BITS | ind;
	set(store, impi, impi->seq + n, allowed - n);
	raise_ceiling(store, impi);
	return true;
}

bool
store_resync(struct store *store, struct store_impi *impi, uint64_t sqn_ms)
{
	uint64_t seq = sqn_ms >> STORE_SQN_IND_BITS;

	if (seq > SQN_SEQ_MAX)
		return false;
	/*
	 * Ours is ahead already, and no farther than the USIM follows: go on
	 * from there, since numbers between may have been used.  Farther
	 * ahead it would refuse every number of ours for ever (C.2.1), so
	 * 6.3.5's "reset to SQN_MS" is the only way on.
	 */
	if (seq <= impi->seq && impi->seq - seq <= SQN_DELTA)
		return true;
	if (seq > impi->seq && seq - impi->seq <= left(impi)) {
		set(store, impi, seq, left(impi) - (seq - impi->seq));
		return true;
	}

	uint64_t allowed = SQN_SEQ_MAX - seq;

	if (allowed > store->sqn_step)
		allowed = store->sqn_step;
	return allow_sqn(store, impi, seq, allowed, seq < impi->seq);
}
