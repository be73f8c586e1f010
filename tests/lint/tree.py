# SPDX-License-Identifier: Apache-2.0
"""The project's files, without asking git: a tarball and a checkout of another user lint too."""
import pathlib

NOT_OURS = {".git", "build", "__pycache__"}


def files(root):
    """All files under root as paths relative to it, in order."""
    root = pathlib.Path(root)
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root)
        hidden = any(part.startswith(".") and part != ".ci" for part in relative.parts[:-1])
        if path.is_file() and not hidden and not NOT_OURS & set(relative.parts):
            yield relative


def report(what, failures, checked):
    """Prints failures as path:line: text; the exit code. Nothing checked is a failure too."""
    for failure in failures:
        print(failure)
    print(f"{what}: {checked} checked, {len(failures)} failures")
    return bool(failures) or checked == 0
