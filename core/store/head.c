#include "core/store/head.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MAGIC		UINT64_C(0x5357484541440001)	/* "SWHEAD", format 1 */
#define SIGNED		(HEAD_BYTES - HEAD_HASH)	/* bytes in front of the signature */
#define TEMPORARY	HEAD_NAME ".new"

static void
put64(unsigned char *p, uint64_t n)
{
	int	 i;

	for (i = 0; i < 8; i++)
		p[i] = (unsigned char)(n >> (56 - 8 * i));
}

static void
sign(const struct home *home, enum head_use use, const unsigned char *p,
    unsigned char out[HEAD_HASH])
{
	const unsigned char		 what = (unsigned char)use;
	crypto_generichash_state	 state;

	crypto_generichash_init(&state, home_subkey(home, HOME_SUBKEY_HEAD), HOME_SUBKEYLEN,
	    HEAD_HASH);
	crypto_generichash_update(&state, &what, 1);
	crypto_generichash_update(&state, p, SIGNED);
	crypto_generichash_final(&state, out, HEAD_HASH);
}

void
head_encode(const struct home *home, enum head_use use, const struct head *h,
    unsigned char out[HEAD_BYTES])
{
	put64(out, MAGIC);
	put64(out + 8, h->seq);
	put64(out + 16, (uint64_t)h->at);
	put64(out + 24, h->keyed);
	memcpy(out + 32, h->hash, HEAD_HASH);
	sign(home, use, out, out + SIGNED);
}

bool
head_decode(const struct home *home, enum head_use use, const void *bytes, size_t n,
    struct head *out)
{
	const unsigned char	*p = bytes;
	unsigned char		 mac[HEAD_HASH];

	if (n != HEAD_BYTES || buf_get_u64(p) != MAGIC)
		return false;
	sign(home, use, p, mac);
	if (sodium_memcmp(mac, p + SIGNED, HEAD_HASH) != 0)
		return false;
	*out = (struct head){ .seq = buf_get_u64(p + 8), .at = (int64_t)buf_get_u64(p + 16),
	    .keyed = buf_get_u64(p + 24) };
	memcpy(out->hash, p + 32, HEAD_HASH);
	return true;
}

enum head_err
head_read(const struct home *home, int dir, enum head_use use, struct head *out)
{
	unsigned char	 p[HEAD_BYTES];
	struct head	 h;
	enum head_err	 e = HEAD_BAD;
	unsigned	 slot;
	int		 fd;

	if ((fd = openat(dir, HEAD_NAME, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)) == -1)
		return errno == ENOENT ? HEAD_MISSING : HEAD_BAD;
	for (slot = 0; slot < 2; slot++) {
		if (pread(fd, p, sizeof(p), (off_t)slot * HEAD_BLOCK) != sizeof(p) ||
		    !head_decode(home, use, p, sizeof(p), &h) || (e == HEAD_OK && h.seq < out->seq))
			continue;
		*out = h;
		e = HEAD_OK;
	}
	close(fd);
	return e;
}

static int
write_block(int fd, unsigned slot, const unsigned char *p, size_t n)
{
	ssize_t	 w;

	while ((w = pwrite(fd, p, n, (off_t)slot * HEAD_BLOCK)) == -1 && errno == EINTR)
		;
	return w == (ssize_t)n ? 0 : w == -1 ? errno : EIO;
}

int
head_write(const struct home *home, int fd, unsigned slot, const struct head *h)
{
	unsigned char	 p[HEAD_BYTES];

	head_encode(home, HEAD_NEWEST, h, p);
	return write_block(fd, slot, p, sizeof(p));
}

int
head_replace(const struct home *home, int dir, enum head_use use, const struct head *h)
{
	unsigned char	 block[HEAD_BLOCK] = { 0 };
	int		 fd, ret;

	head_encode(home, use, h, block);
	if (unlinkat(dir, TEMPORARY, 0) == -1 && errno != ENOENT)
		return errno;
	if ((fd = openat(dir, TEMPORARY, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
	    0600)) == -1)
		return errno;
	if ((ret = write_block(fd, 0, block, sizeof(block))) == 0 &&
	    (ret = write_block(fd, 1, block, sizeof(block))) == 0 && fsync(fd) == -1)
		ret = errno;
	close(fd);
	if (ret == 0 && (renameat(dir, TEMPORARY, dir, HEAD_NAME) == -1 || fsync(dir) == -1))
		ret = errno;
	if (ret != 0)
		unlinkat(dir, TEMPORARY, 0);
	return ret;
}
