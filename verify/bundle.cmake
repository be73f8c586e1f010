# SPDX-License-Identifier: Apache-2.0
#
# Writes OUT: the files FILES (with ; between them) as arrays of C, in the order of their names.

set(arrays "")
set(rows "")
set(number 0)
list(TRANSFORM FILES REPLACE "[.]scenario$" "")
list(SORT FILES)
foreach(file ${FILES})
	get_filename_component(name ${file} NAME)
	file(READ ${file}.scenario hex HEX)
	string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
	string(APPEND arrays "static const char text_${number}[] = { ${bytes} 0 };\n")
	string(APPEND rows "\t{ \"${name}\", text_${number}, sizeof(text_${number}) - 1 },\n")
	math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${OUT} "/* Made by verify/bundle.cmake: verify/scenarios. */
#include \"verify/scenario.h\"

${arrays}
static const struct {
	const char *name, *text;
	size_t size;
} rows[] = {
${rows}};

const char *scenario_bundled(unsigned index, const char **text, size_t *size)
{
	if (index >= COUNT(rows))
		return NULL;
	*text = rows[index].text;
	*size = rows[index].size;
	return rows[index].name;
}
")
