#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The lint tests can fail: each row is a small project with one thing wrong, and what must be said
of it. Usage: self_test.py CLANG_FORMAT C_COMPILER
"""
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
SPDX = "/* SPDX-License-Identifier: Apache-2.0 */\n"
CLANG_FORMAT, COMPILER = sys.argv[1:3]
CLEAN = ", 0 failures"
ID_GAP = "SYSREG( ID_RES_C3_3_EL1, 3, 0, 0, 3, 3, RO_EL1, 0, )\n"

# Check, file, its text, what the check must say.
ROWS = [
    ("layers", "mmu/a.c", '#include "mmu/tlb.h"\n#include "sysregs/sysregs.h"\n', CLEAN),
    ("layers", "mmu/a.c", '#include "cpu/cpu.h"\n', "mmu/a.c:1: mmu may not include cpu/cpu.h"),
    ("layers", "cpu/a.c", '\n#include "mmu/tlb.h"\n', "cpu/a.c:2: cpu may not include mmu/tlb.h"),
    ("layers", "base/a.h", '# include "sysregs/ids.h"\n', "base may not include"),
    ("layers", "cpu/a.c", '#include "state.h"\n', "include with the folder's name"),
    ("layers", "hyp-model/core/a.c", '#include "core/vm.h"\n#include "sysregs/sysreg.def"\n#include "api/entresol.h"\n', CLEAN),
    ("layers", "hyp-model/a.S", '#include "base/base.h"\n', "hyp-model may not include"),
    ("layers", "debug/a.c", '#include "base/base.h"\n', "stale exception"),
    ("layers", "README", "", "0 checked"),

    ("text", "cpu/a.c", SPDX + "int x;\n", CLEAN),
    ("text", "cpu/a.c", "int x;\n", "cpu/a.c:1: no SPDX line"),
    ("text", "tests/a.py", "pass\n", "no SPDX line"),
    ("text", "tests/a.gdb", "continue\n", "no SPDX line"),
    ("text", "docs/a.png", "", CLEAN),
    ("text", "cpu/a.c", SPDX + "\n" * 800, "more than 800 lines"),
    ("text", "cpu/a.def", SPDX + "\n" * 900, CLEAN),
    ("text", "cpu/a.def", SPDX + "#if X\nROW(a)\n#endif\n", "cpu/a.def:2: a condition around rows"),
    ("text", "docs/a.md", "see /home/" + "me/x\n", "docs/a.md:1: a path of some machine"),
    ("text", "build/a.c", "int x;\n", CLEAN),
    ("text", "a.err", "", "a.err: a kind of file that no rule knows"),

    ("no_host_time", "cpu/a.c", SPDX + "/* time() */\nint x; /* rand() */\n", CLEAN),
    ("no_host_time", "cpu/a.c", SPDX + 'const char *x = "time()";\n', CLEAN),
    ("no_host_time", "mmu/a.c", SPDX + "int x = (int)time(0);\n", "mmu/a.c:2: host time"),
    ("no_host_time", "platform/a.c", SPDX + "int x = rand ();\n", "host time, randomness"),
    ("no_host_time", "debug/a.c", SPDX + 'const char *x = "/dev/urandom";\n', "host time, randomness"),
    ("no_host_time", "app/a.c", SPDX + "void f(void)\n{\n\tclock_gettime(0, 0);\n}\n", "app/a.c:4: host time"),
    ("no_host_time", "app/run.c", SPDX + "void f(void)\n{\n\tclock_gettime(0, 0);\n}\n", CLEAN),
    ("no_host_time", "app/run.c", SPDX + "int x;\n", "app/run.c: stale exception"),
    ("no_host_time", "app/beside.c", SPDX + 'const char *x = "/proc/self/exe";\n', CLEAN),
    ("no_host_time", "app/report.c", SPDX + 'const char *x = "/proc/self/exe";\n', "host time, randomness"),
    ("no_host_time", "debug/a.c", SPDX + 'void f(void *p)\n{\n\tprintf("at %p\\n", p);\n}\n', "an address of the host"),

    ("format", "cpu/a.c", SPDX + "int f(void)\n{\n\treturn 0;\n}\n", CLEAN),
    ("format", "cpu/a.c", SPDX + "int f(void) {\n  return 0; }\n", "cpu/a.c:2:"),
    ("format", "cpu/a.def", SPDX + "ROW(   a )\n", "0 checked"),

    ("sysreg_names", "sysregs/sysreg.def", ID_GAP + "SYSREG( DAIF, 3, 3, 4, 2, 1, RW_EL1, 0, )\n", CLEAN),
    ("sysreg_names", "sysregs/sysreg.def", ID_GAP + "SYSREG( DAIF, 3, 3, 4, 2, 0, RW_EL1, 0, )\n",
     "DAIF: the row says (3, 3, 4, 2, 0), binutils (3, 3, 4, 2, 1)"),
    ("sysreg_names", "sysregs/sysreg.def", ID_GAP + "SYSREG( DAIK, 3, 3, 4, 2, 1, RW_EL1, 0, )\n",
     "DAIK: binutils does not know"),
    ("sysreg_names", "sysregs/sysreg.def", ID_GAP + "SYSREG( TLBI_VAE1, 1, 0, 8, 7, 2, WO_EL1, 0, )\n",
     "TLBI_VAE1: the row says"),
    ("sysreg_names", "sysregs/sysreg.def", ID_GAP + ID_GAP.replace("C3_3", "C3_4"),
     "ID_RES_C3_4_EL1 has the encoding of ID_RES_C3_3_EL1"),
    ("sysreg_names", "sysregs/sysreg.def", "SYSREG( DAIF, 3, 3, 4, 2, 1, RW_EL1, 0, )\n", "stale reason"),
    ("sysreg_names", "sysregs/sysreg.def", ID_GAP + "SYSREG( DAIF, 3, 3, 4, 2, RW_EL1, 0, )\n", "cannot read"),

    ("dispatch", "a.c", "void next(int);\nvoid tail_op_a(int x) { next(x + 1); }\n", CLEAN),
    ("dispatch", "a.c", "void (*n)(int);\nvoid tail_op_a(int x) { n(x + 1); }\n", CLEAN),
    ("dispatch", "a.c", "void timed_op_b(int);\nvoid timed_flow_a(int x) { timed_op_b(x); timed_op_b(x); }\n",
     "the tail call was lost"),
    ("dispatch", "a.c", "void timed_sync(int);\nvoid timed_op_b(int);\nvoid timed_op_a(int x) "
     "{ timed_sync(x); timed_op_b(x); }\n", CLEAN),
    ("dispatch", "a.c", "void (*n)(int);\nvoid tail_op_a(int x) { n(x + 1); n(x); }\n",
     "tail_op_a calls through a pointer"),
    ("dispatch", "a.c", "void tail_op_b(int);\nvoid tail_op_a(int x) { tail_op_b(x); tail_op_b(x); }\n",
     "tail_op_a calls tail_op_b"),
    ("dispatch", "a.c", "void tail_op_a(int *x) { while (*x) __asm__ volatile(\"\" ::: \"memory\"); }\n",
     "tail_op_a does not end in a jump"),
    ("dispatch", "a.c", "int x;\n", "0 checked"),
]


def command(check, root, file):
    if check == "dispatch":
        compiled = root / "a.o"
        subprocess.run([COMPILER, "-O2", "-fno-pie", "-c", root / file, "-o", compiled], check=True)
        return [HERE / "dispatch_is_jump.py", compiled]
    return [HERE / f"{check}.py", root] + ([CLANG_FORMAT] if check == "format" else [])


def run(check, file, text):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text(text)
        (root / ".clang-format").write_bytes((HERE.parent.parent / ".clang-format").read_bytes())
        result = subprocess.run([sys.executable, *command(check, root, file)], capture_output=True,
                                text=True)
    return result.returncode, result.stdout + result.stderr


def main():
    failures = 0
    rows = [row for row in ROWS if row[0] != "dispatch" or COMPILER != "none"]
    for number, (check, file, text, expected) in enumerate(rows):
        code, said = run(check, file, text)
        if expected not in said or (code == 0) != (expected == CLEAN):
            print(f"row {number}, {check} of {file}: expected '{expected}', got {code}: {said}")
            failures += 1
    print(f"{len(rows)} rows, {failures} failures")
    return failures > 0


sys.exit(main())
