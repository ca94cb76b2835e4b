/*
 * CRC32C (Castagnoli), as in RFC 3720, 12.1.
 */
#ifndef STORE_CRC32C_H
#define STORE_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* The checksum of what gave crc (0 at first) with these octets after it. */
uint32_t crc32c(uint32_t crc, const void *octets, size_t len);
/* The same without the processor's instruction. */
uint32_t crc32c_table(uint32_t crc, const void *octets, size_t len);

#endif
