/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names for addresses of a profile. Several images may be at the same addresses in different
 * places (a hypervisor and its guests), so a name is given only where the code that was executed is
 * that of the file: of the instructions of its 4 KiB page that were executed in that place, more
 * than half must be the file's. (Not all: kernels patch themselves.)
 */
#ifndef ENT_DEBUG_PROFILE_NAMES_H
#define ENT_DEBUG_PROFILE_NAMES_H

#include "debug/profile.h"
#include "loader/loader.h"

enum { PROFILE_FILES = 8 };

/* A function as far as it is known. */
struct profile_function {
	u32 place;
	u32 kind;	  /* enum profile_function_kind */
	u64 start;	  /* address of the function or page; of an exception the node's entry */
	const char *name; /* NULL: a page */
};
enum profile_function_kind { FUNCTION_NAMED, FUNCTION_PAGE, FUNCTION_EXCEPTION };

struct profile_names;

struct profile_names *profile_names_create(void); /* NULL: no memory */
void profile_names_destroy(struct profile_names *names);

/*
 * Symbols of an ELF file: FILE[@OFFSET][:REGIME]. OFFSET is added to its addresses; REGIME is where
 * it is: el1, el2, el1&0, el2&0, or vmN for a VMID. Files are asked in the order they were added.
 */
struct status profile_names_add(struct profile_names *names, const char *text);

/* Learns from all samples which page is whose; once, before names are asked for. false: no memory.
 */
bool profile_names_learn(struct profile_names *names, struct profile *profile);

/* The function at an address of a place. */
struct profile_function profile_function_at(
	const struct profile_names *names, u32 place, u64 address);

#endif
