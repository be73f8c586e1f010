#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The screen as users see it: screenshots, keys that are typed, and the window, with SDL's dummy driver and on
an X server of its own (skipped without Xvfb). The guest is tests/system/screen.c.
Usage: screen_cli.py ENTRESOL SCREEN_ELF
"""
import os
import pathlib
import re
import select
import struct
import subprocess
import sys
import tempfile
import time
import zlib

import xvfb

ENTRESOL, GUEST = sys.argv[1:3]
WIDTH, HEIGHT = 64, 48
SCREEN = ["--screen", f"{WIDTH}x{HEIGHT}"]
ESC = ["--keys-at", "20ms=\\e"]
TYPED = ["Entresol keyboard 0x1 0x1 0x1", "Entresol keyboard 0x0 0x0 0x0", "Entresol keyboard 0x1 0x1 0x0",
         "Entresol keyboard 0x0 0x0 0x0"]
READY = "drawn; input devices: 0x2"
PATIENCE = 60  # seconds, for what a window is asked on a busy machine
failures = []


def check(why, ok, *shown):
    if not ok:
        failures.append(" ".join(map(str, (why, *shown))))


def pattern():
    """What the guest draws, as rows of (red, green, blue)."""
    return [[(x << 2, y << 2, 0xff if (x ^ y) & 8 else 0) for x in range(WIDTH)] for y in range(HEIGHT)]


def unfilter(kind, line, before, size):
    """PNG (ISO/IEC 15948) 9.2."""
    for i, value in enumerate(line):
        left = line[i - size] if i >= size else 0
        up, corner = before[i], before[i - size] if i >= size else 0
        near = left + up - corner
        paeth = min((left, up, corner), key=lambda c: abs(near - c))
        line[i] = (value + (0, left, up, (left + up) // 2, paeth)[kind]) & 0xff
    return line


def read_png(path):
    data, at, packed = path.read_bytes(), 8, b""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8:at + 8 + length]
        assert zlib.crc32(kind + body) == struct.unpack_from(">I", data, at + 8 + length)[0]
        if kind == b"IHDR":
            width, height, depth, colours = struct.unpack_from(">IIBB", body)
            assert (depth, colours) == (8, 2), "24 bits a pixel"
        elif kind == b"IDAT":
            packed += body
        at += 12 + length
    raw, rows, before = zlib.decompress(packed), [], bytes(3 * width)
    for y in range(height):
        start = y * (3 * width + 1)
        before = unfilter(raw[start], bytearray(raw[start + 1:start + 1 + 3 * width]), before, 3)
        rows.append([tuple(before[i:i + 3]) for i in range(0, 3 * width, 3)])
    return rows


def run(*options, guest=GUEST, **env):
    done = subprocess.run([ENTRESOL, "run", *SCREEN, *options, guest], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=120, env={**os.environ, **env})
    return done.returncode, done.stdout.splitlines(), done.stderr


def hash_of(errors):
    return re.findall(r"hash.* ([0-9a-f]{16})", errors)


# ---- Screenshots ----

def screenshots(folder):
    files = [folder / f"{i}.png" for i in range(5)]
    code, lines, errors = run(*ESC, "--screenshot-at", f"10ms={files[0]}", "--screenshot-at", f"0s={files[1]}",
                              "--screenshot", files[2], "--screenshot-at", f"3000i={files[3]}")
    check("the run ends well", code == 0 and errors == "", code, errors)
    check("keys are typed", lines == [READY, *TYPED], lines)
    check("a picture of what was drawn", read_png(files[0]) == pattern())
    check("a picture before anything was drawn", read_png(files[1]) == [[(0, 0, 0)] * WIDTH] * HEIGHT)
    first = sum(pixel != (0, 0, 0) for row in read_png(files[3]) for pixel in row)
    check("a picture in the middle", 0 < first < WIDTH * HEIGHT / 2, first)
    last = pattern()
    for x, (kind, key, value) in enumerate([(1, 1, 1), (0, 0, 0), (1, 1, 0), (0, 0, 0)]):
        last[HEIGHT - 1][x] = (kind << 4, key, value)
    check("a picture of the end", read_png(files[2]) == last)
    code, lines, errors = run(*ESC, "--screenshot-at", "1s=late.png")
    check("one that comes too late is said", code == 6 and errors ==
          "entresol: the run ended before the time of screenshot late.png\n", code, errors)
    code, lines, errors = run(*ESC, "--screenshot-at", f"5ms={folder}/no/x.png", "--screenshot", files[4])
    check("one that cannot be written ends no run", code == 6 and lines == [READY, *TYPED] and
          files[4].exists() and errors.startswith(f"entresol: screenshot {folder}/no/x.png: ") and
          errors.count("\n") == 1, code, errors)


def no_device_is_removed(folder):
    """What is written to is a link to /dev/full; then a file that is there already."""
    full = folder / "full.png"
    full.symlink_to("/dev/full")
    code, _, errors = run(*ESC, "--screenshot", full)
    check("a full device", code == 6 and errors.startswith(f"entresol: screenshot {full}: "), code, errors)
    check("the link is still there", full.is_symlink() and pathlib.Path("/dev/full").exists())


def looking_changes_nothing(folder):
    shots = [word for i in range(1, 30) for word in ("--screenshot-at", f"{i * 700}us={folder}/shot.png",
                                                     "--screenshot-at", f"{i * 12345}i={folder}/shot.png")]
    for machine in ([], ["--cpus", "2"], ["--engine", "step"], ["--timing", "a55"]):
        alone, watched = (run(*machine, "--hash", *ESC, *more) for more in ([], shots))
        check(f"screenshots change no hash {machine}", len(hash_of(alone[2])) == 2 and alone == watched,
              alone, watched)


def snapshots(folder):
    """In the middle of a word that is typed; a machine without a screen."""
    typed = ["--keys-at", "20ms=ab\\e"]
    whole = run("--hash", *typed, "--screenshot", f"{folder}/whole.png")
    saved = run("--hash", *typed, "--save-at", f"50050000={folder}/snap")
    done = subprocess.run([ENTRESOL, "run", "--from", f"{folder}/snap", "--hash", "--screenshot",
                           f"{folder}/from.png"], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    check("saving changes no hash", len(hash_of(whole[2])) == 2 and whole == saved, whole, saved)
    check("the rest is the same", done.stderr == whole[2] and done.stdout.splitlines() == whole[1][-8:],
          done.stdout, done.stderr)
    check("and so is the picture", read_png(folder / "from.png") == read_png(folder / "whole.png"))
    subprocess.run([ENTRESOL, "run", "--max-insns", "20", "--save-at", f"10={folder}/none", GUEST],
                   capture_output=True, stdin=subprocess.DEVNULL, check=True)
    for option in (["--screenshot", f"{folder}/x.png"], ["--display", "sdl"]):
        done = subprocess.run([ENTRESOL, "run", "--from", f"{folder}/none", *option], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL)
        check(f"no screen for {option}", done.returncode == 2 and done.stderr ==
              f"entresol: the machine of {folder}/none has no screen\n", done)


# ---- The window ----

def dummy_driver():
    alone = run("--hash", *ESC)
    shown = run("--hash", *ESC, "--display", "sdl", "--input", "wait", SDL_VIDEODRIVER="dummy")
    if "built without SDL2" in shown[2]:
        print("no window: this build has no SDL2")
        return False
    check("a window changes no hash", alone == shown, alone, shown)
    code, lines, errors = run(*ESC, "--display", "sdl", SDL_VIDEODRIVER="dummy")
    check("a window with live input", code == 0 and lines == [READY, *TYPED], code, lines, errors)
    code, lines, errors = run(*ESC, "--display", "sdl", SDL_VIDEODRIVER="no-such-driver")
    check("a window that cannot be", code == 6 and lines == [] and errors.startswith("entresol: --display sdl: ") and
          errors.count("\n") == 1, code, errors)
    for display in ({}, {"DISPLAY": ":4711"}):
        env = {"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", ""), **display}
        done = subprocess.run([ENTRESOL, "run", *SCREEN, "--display", "sdl", "--max-insns", "1000", GUEST],
                              capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60, env=env)
        last = done.stderr.splitlines()[-1:]
        check("no display at all", done.returncode == 6 and len(last) == 1 and
              last[0].startswith("entresol: --display sdl: "), env, done)
    return True


def await_lines(process, wanted, seen):
    """Reads until all wanted lines came, in this order; false: they did not in PATIENCE."""
    text, end, at = "", time.monotonic() + PATIENCE, 0
    while at < len(wanted) and time.monotonic() < end:
        if not select.select([process.stdout], [], [], 0.1)[0]:
            continue
        text += os.read(process.stdout.fileno(), 4096).decode()
        *lines, text = text.split("\n")
        for line in lines:
            seen.append(line)
            at += at < len(wanted) and line == wanted[at]
    return at == len(wanted)


def start(server, *options):
    return subprocess.Popen([ENTRESOL, "run", *SCREEN, "--display", "sdl", *options, GUEST], stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            env={**os.environ, "DISPLAY": server.name, "SDL_VIDEODRIVER": "x11"})


def window_shows(server, rows):
    """The picture of the guest is somewhere on the X server's screen, in a window of its size."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if any(server.part(x, y, WIDTH, HEIGHT) == rows for x, y in server.windows()):
            return True
        time.sleep(0.1)
    return False


def end_by_window(server, process):
    """Exit code, and what was still printed; None: it did not end."""
    server.close_window()
    try:
        output, errors = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.communicate() and None
    return process.returncode, output, errors


def real_window(server):
    process, seen = start(server), []
    check("the guest starts", await_lines(process, [READY], seen), seen)
    check("the window shows the guest's pixels", window_shows(server, pattern()), server.windows())
    where = [f"Entresol tablet 0x3 {axis} {place:#x}" for axis, place in
             (("0x0", 10 * 0x7fff // (WIDTH - 1)), ("0x1", 20 * 0x7fff // (HEIGHT - 1)))]
    for act, wanted in [
            (lambda: server.move(10, 20), where),
            (lambda: server.key(30), ["Entresol keyboard 0x1 0x1e 0x1", "Entresol keyboard 0x1 0x1e 0x0"]),
            (lambda: server.button(3), ["Entresol tablet 0x1 0x111 0x1", "Entresol tablet 0x1 0x111 0x0"])]:
        act()
        check(f"{wanted} reach the guest", await_lines(process, wanted, seen), seen)
    end = end_by_window(server, process)
    check("closing the window ends the run", end is not None and end[0] == 0 and end[2] == b"", end)
    process = start(server, "--input", "wait", "--max-insns", "4000000000")
    await_lines(process, [READY], seen)
    server.move(30, 30)
    server.key(1)
    time.sleep(0.5)
    end = end_by_window(server, process)
    check("--input wait: the window only shows", end == (0, b"", b""), end)


def main():
    with tempfile.TemporaryDirectory() as name:
        screenshots(pathlib.Path(name))
        no_device_is_removed(pathlib.Path(name))
        looking_changes_nothing(name)
        snapshots(pathlib.Path(name))
        if dummy_driver():
            with xvfb.Server() as server:
                if server.missing:
                    print(f"no real window: {server.missing}")
                else:
                    real_window(server)
    print("\n".join(failures))
    print(f"{len(failures)} failures")
    return len(failures) > 0


sys.exit(main())
