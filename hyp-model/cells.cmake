# SPDX-License-Identifier: Apache-2.0
#
# hyp.elf as a whole: one row a configuration of hosts and guests ("cell"), each run with every
# payload on Entresol, and where QEMU can, on both with equal lines. Sanitizers see those that are
# neither `same` nor `knob` run once; what compares runs with one another is none of theirs. hyp.elf
# is the same file in all builds: QEMU and other compilers are asked nothing twice.

set(hyp_elf ${CMAKE_BINARY_DIR}/hyp.elf)
set(hyp_qemu ${CMAKE_SOURCE_DIR}/.cache/qemu/usr/bin/qemu-system-aarch64)

# hyp_cell(NAME CPU QEMU WORD...): QEMU is `qemu`, `long` (half a minute of QEMU's: of the long tests),
# or why there is no such test there.
function(hyp_cell name cpu qemu)
	if(NOT TARGET entresol OR (ENT_SANITIZE AND "${qemu}" MATCHES "^(same|knob)$"))
		return()
	endif()
	set(words ${ARGN})
	if(ENT_SANITIZE) # what a seed does first is enough for those, and one payload of the third level
		list(TRANSFORM words REPLACE "^rounds=(40|8)$" "rounds=2")
		if("depth=2" IN_LIST words)
			list(TRANSFORM words REPLACE "^payload=all$" "payload=fault")
		endif()
	endif()
	add_test(NAME hyp.cell.${name}
		COMMAND entresol run --cpu ${cpu} --smp 2 ${hyp_elf} -- ${words})
	# Exit code 0 is the line "every expectation held", and no report of a sanitizer.
	set_tests_properties(hyp.cell.${name} PROPERTIES TIMEOUT 200 LABELS once)
	if(qemu MATCHES "^(qemu|long)$" AND NOT ENT_SANITIZE AND CMAKE_C_COMPILER_ID STREQUAL "GNU")
		add_test(NAME hyp.qemu.${name}
			COMMAND ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/tests/same_lines.sh
				$<TARGET_FILE:entresol> ${cpu} ${hyp_qemu} ${hyp_elf} ${ARGN})
		set_tests_properties(hyp.qemu.${name} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 280)
		if("${qemu}" STREQUAL "long")
			set_tests_properties(hyp.qemu.${name} PROPERTIES LABELS long)
		endif()
	endif()
endfunction()

# same: what QEMU runs, -cpu max, has another cell; knob: of the hypervisor alone.
#
#         name            cpu        QEMU  words
hyp_cell( vhe             v8.1       qemu  mode=vhe payload=all )
hyp_cell( nvhe            v8.1       qemu  mode=nvhe payload=all )
hyp_cell( nvhe-v8.0       v8.0       same  mode=nvhe payload=all )
hyp_cell( vhe-two         v8.1       qemu  mode=vhe payload=all vms=2 )
hyp_cell( vhe-no-time     v8.1       knob  mode=vhe payload=all vms=2 quantum=1 )
hyp_cell( vhe-smp         v8.1       qemu  mode=vhe payload=all vms=2 cpus=2 )
hyp_cell( nvhe-smp        v8.1       qemu  mode=nvhe payload=all vms=2 cpus=2 )
hyp_cell( vhe-vhe-nv      v8.3-nv    same  mode=vhe nest=vhe nv=1 payload=all )
hyp_cell( vhe-nvhe-nv     v8.3-nv    same  mode=vhe nest=nvhe nv=1 payload=all )
hyp_cell( vhe-vhe-nv2     v8.4-nv2   qemu  mode=vhe nest=vhe nv=2 payload=all )
hyp_cell( vhe-nvhe-nv2    v8.4-nv2   qemu  mode=vhe nest=nvhe nv=2 payload=all )
hyp_cell( vhe-vhe-nv-max  v8.4-nv2   qemu  mode=vhe nest=vhe nv=1 payload=all )
hyp_cell( vhe-nvhe-nv-max v8.4-nv2   qemu  mode=vhe nest=nvhe nv=1 payload=all )
hyp_cell( vhe-rw-nv       v8.3-nv    same  mode=vhe nest=rw nv=1 payload=all )
hyp_cell( vhe-rw-nv-max   v8.4-nv2   qemu  mode=vhe nest=rw nv=1 payload=all )
hyp_cell( vhe-vhe-two     v8.4-nv2   qemu  mode=vhe nest=vhe nv=2 payload=all vms=2 quantum=2000 )
hyp_cell( vhe-4-levels    v8.4-nv2   qemu  mode=vhe nest=vhe nv=2 depth=3 payload=hypercall rounds=1 )
hyp_cell( vhe-vhe-vhe     v8.4-nv2   long  mode=vhe nest=vhe nv=2 depth=2 payload=all rounds=1 )
hyp_cell( hostile-vhe     v8.4-nv2   qemu  mode=vhe nest=vhe hostile=1 rounds=40 payload=all )
hyp_cell( hostile-nvhe    v8.4-nv2   qemu  mode=vhe nest=nvhe hostile=2 rounds=40 payload=all )
hyp_cell( hostile-nv      v8.3-nv    same  mode=vhe nest=vhe nv=1 hostile=3 rounds=40 payload=all )
hyp_cell( hostile-16      v8.4-nv2   knob  mode=vhe nest=vhe hostile=5 granule=16 rounds=8 payload=all )
hyp_cell( hostile-rw      v8.3-nv    same  mode=vhe nest=rw nv=1 hostile=4 rounds=40 payload=all )
hyp_cell( hostile-nested  v8.4-nv2   qemu  mode=vhe nest=vhe hostile=5 victim=nested rounds=8 payload=all )
hyp_cell( hostile-nested1 v8.3-nv    same  mode=vhe nest=nvhe nv=1 hostile=6 victim=nested rounds=4 payload=all )
hyp_cell( hostile-64      v8.4-nv2   knob  mode=vhe nest=vhe hostile=7 granule=64 rounds=40 payload=all )
hyp_cell( hostile-vmids   v8.4-nv2   knob  mode=vhe nest=vhe hostile=8 vmid-bits=1 vms=3 rounds=8 payload=all )
hyp_cell( constant        v8.1       knob  mode=vhe hcr=constant payload=all )
hyp_cell( every-switch    v8.1       knob  mode=vhe deferral=0 payload=all )
hyp_cell( granule-16      v8.4-nv2   knob  mode=vhe granule=16 payload=all )
hyp_cell( granule-64      v8.4-nv2   knob  mode=vhe granule=64 payload=all )
hyp_cell( vmid-2          v8.1       qemu  mode=vhe vmid-bits=2 vms=4 payload=all )
hyp_cell( stage2-vhe      v8.4-nv2   qemu  mode=vhe nest=vhe stage2=1 cpus=2 )
hyp_cell( stage2-nvhe     v8.4-nv2   qemu  mode=vhe nest=nvhe stage2=1 cpus=2 )
hyp_cell( stage2-nv       v8.3-nv    same  mode=vhe nest=nvhe nv=1 stage2=1 rounds=2 cpus=2 )
hyp_cell( stage2-rw       v8.3-nv    same  mode=vhe nest=rw nv=1 stage2=1 rounds=1 )
hyp_cell( stage2-16       v8.4-nv2   knob  mode=vhe nest=vhe stage2=1 granule=16 rounds=1 )
hyp_cell( stage2-64       v8.4-nv2   knob  mode=vhe nest=vhe stage2=1 granule=64 rounds=1 cpus=2 )
hyp_cell( inhost          v8.4-nv2   qemu  mode=vhe nest=vhe stage2=inhost )
hyp_cell( inhost-nv       v8.3-nv    same  mode=vhe nest=vhe nv=1 stage2=inhost )

# A machine with less memory than is used of a larger one.
if(TARGET entresol)
	add_test(NAME hyp.small-machine
		COMMAND entresol run -m 32M --cpu v8.4-nv2 ${hyp_elf} -- nest=vhe payload=hypercall)
endif()

# What the machine's own EL2 and a virtual one answer to the same random questions.
function(hyp_oracle name cpu form)
	if(TARGET entresol AND NOT ENT_SANITIZE)
		add_test(NAME hyp.oracle.${name}
			COMMAND ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/tests/oracle.sh
				$<TARGET_FILE:entresol> ${cpu} ${CMAKE_CURRENT_BINARY_DIR}/guest.elf
				${hyp_elf} ${form} ${ARGN})
		set_tests_properties(hyp.oracle.${name} PROPERTIES TIMEOUT 120 LABELS once)
	endif()
endfunction()
hyp_oracle( vhe-nv2       v8.4-nv2   vhe   nv=2 )
hyp_oracle( nvhe-nv2      v8.4-nv2   nvhe  nv=2 )
hyp_oracle( vhe-nv        v8.3-nv    vhe   nv=1 )
hyp_oracle( nvhe-nv       v8.3-nv    nvhe  nv=1 )

# Orders that must hold, read from what hyp.elf says it measured.
find_package(Python3 COMPONENTS Interpreter QUIET)
if(TARGET entresol AND Python3_FOUND AND NOT ENT_SANITIZE)
	add_test(NAME hyp.orders COMMAND ${Python3_EXECUTABLE}
		${CMAKE_CURRENT_SOURCE_DIR}/tests/orders.py $<TARGET_FILE:entresol> ${hyp_elf})
	set_tests_properties(hyp.orders PROPERTIES TIMEOUT 300 LABELS once)
endif()
