# SPDX-License-Identifier: Apache-2.0
"""An X server without a screen (Xvfb), and somebody at its keyboard and pointer (the XTEST extension)."""
import ctypes
import os
import shutil
import struct
import subprocess
import tempfile
import time

EVDEV = 8  # from a key of Linux to X's keycode


class Attributes(ctypes.Structure):
    """The beginning of XWindowAttributes."""
    _fields_ = [(n, ctypes.c_int) for n in ("x", "y", "width", "height")] + [("rest", ctypes.c_char * 256)]


class ClientMessage(ctypes.Structure):
    """XClientMessageEvent."""
    _fields_ = [("type", ctypes.c_int), ("serial", ctypes.c_ulong), ("send_event", ctypes.c_int),
                ("display", ctypes.c_void_p), ("window", ctypes.c_ulong), ("message_type", ctypes.c_ulong),
                ("format", ctypes.c_int), ("data", ctypes.c_long * 5), ("room", ctypes.c_long * 12)]


class Server:
    """`missing` says what the host lacks for one; then nothing else may be used."""

    def __enter__(self):
        self.missing = self.process = None
        self.folder = tempfile.TemporaryDirectory()
        if shutil.which("Xvfb") is None:
            self.missing = "no Xvfb (Debian: xvfb)"
            return self
        try:
            self.x11, self.xtst = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
        except OSError as error:
            self.missing = f"{error} (Debian: libxtst6)"
            return self
        read, write = os.pipe()
        self.process = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "320x240x24", "-fbdir",
                                         self.folder.name, "-nolisten", "tcp"], pass_fds=[write],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as pipe:
            self.name = ":" + pipe.readline().strip()
        self.connect()
        return self

    def __exit__(self, *_):
        if self.process is not None:
            self.process.terminate()
            self.process.wait()
        self.folder.cleanup()

    def connect(self):
        self.x11.XOpenDisplay.restype = ctypes.c_void_p
        self.x11.XDefaultRootWindow.restype = self.x11.XInternAtom.restype = ctypes.c_ulong
        self.display = ctypes.c_void_p(self.x11.XOpenDisplay(self.name.encode()))
        self.root = ctypes.c_ulong(self.x11.XDefaultRootWindow(self.display))

    def found(self):
        """(window, x, y) of all top windows that are shown."""
        root, parent, count = ctypes.c_ulong(), ctypes.c_ulong(), ctypes.c_uint()
        children = ctypes.POINTER(ctypes.c_ulong)()
        self.x11.XQueryTree(self.display, self.root, ctypes.byref(root), ctypes.byref(parent),
                            ctypes.byref(children), ctypes.byref(count))
        for i in range(count.value):
            window, attributes = ctypes.c_ulong(children[i]), Attributes()
            self.x11.XGetWindowAttributes(self.display, window, ctypes.byref(attributes))
            if attributes.width > 1:
                yield window, attributes.x, attributes.y

    def windows(self):
        return [(x, y) for _, x, y in self.found()]

    def part(self, left, top, width, height):
        """Rows of (red, green, blue) of what the screen shows, from the server's file in the form of xwd."""
        with open(os.path.join(self.folder.name, "Xvfb_screen0"), "rb") as file:
            data = file.read()
        header = struct.unpack_from(">25I", data)
        stride, colours, start = header[12], header[19], header[0]
        pixels = data[start + 12 * colours:]
        rows = []
        for y in range(top, top + height):
            row = pixels[y * stride + 4 * left:y * stride + 4 * (left + width)]
            rows.append([(row[i + 2], row[i + 1], row[i]) for i in range(0, len(row), 4)])
        return rows

    def flush(self):
        self.x11.XSync(self.display, 0)
        time.sleep(0.05)

    def move(self, x, y):
        """To a place in the window."""
        _, left, top = next(self.found())
        self.xtst.XTestFakeMotionEvent(self.display, -1, left + x, top + y, ctypes.c_ulong(0))
        self.flush()

    def key(self, key):
        for down in (1, 0):
            self.xtst.XTestFakeKeyEvent(self.display, key + EVDEV, down, ctypes.c_ulong(0))
            self.flush()

    def button(self, button):
        for down in (1, 0):
            self.xtst.XTestFakeButtonEvent(self.display, button, down, ctypes.c_ulong(0))
            self.flush()

    def close_window(self):
        window, _, _ = next(self.found())
        event = ClientMessage(type=33, window=window, format=32,
                              message_type=self.x11.XInternAtom(self.display, b"WM_PROTOCOLS", 0))
        event.data[0] = self.x11.XInternAtom(self.display, b"WM_DELETE_WINDOW", 0)
        self.x11.XSendEvent(self.display, window, 0, ctypes.c_long(0), ctypes.byref(event))
        self.flush()
