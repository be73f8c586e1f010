#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A picture of part of a timeline, as --trace perfetto writes it: from shortly before one exit of a
guest to behind its next entry. docs/timeline.svg is made of
    entresol run -m 32M --cpu v8.4-nv2 --trace perfetto=t.json hyp.elf -- mode=vhe nest=vhe nv=2 payload=hypercall rounds=1
    timeline_svg.py t.json "L2 HVC64" 4 >docs/timeline.svg
Usage: timeline_svg.py FILE EXIT [NUMBER]: the exit's name, and which of that name (1).
"""
import json
import sys
from xml.sax.saxutils import escape

WIDTH, LEFT, ROW, GAP, TOP = 1000, 130, 26, 10, 44
STYLE = """
text { font: 12px sans-serif; fill: #24292f }
.small { font-size: 10px; fill: #57606a }
.in { fill: #fff; pointer-events: none }
.grid { stroke: #d0d7de; stroke-width: 1 }
.flow { stroke: #bc4c00; stroke-width: 1.5; fill: none }
.head { fill: #bc4c00 }
.host { fill: #57606a } .L1 { fill: #0969da } .L2 { fill: #1a7f37 } .exit { fill: #8250df }
@media (prefers-color-scheme: dark) {
 text { fill: #e6edf3 } .small { fill: #9198a1 } .in { fill: #0d1117 }
 .grid { stroke: #3d444d } .flow { stroke: #f0883e } .head { fill: #f0883e }
 .host { fill: #9198a1 } .L1 { fill: #58a6ff } .L2 { fill: #3fb950 } .exit { fill: #bc8cff }
}
"""


def slices_of(events):
    """(track, begin, end, name, depth) of the first PE."""
    found, open_ = [], []
    for event in events:
        if event["ph"] == "X":
            found.append((event["tid"], event["ts"], event["ts"] + event["dur"], event["name"], 0))
        elif event["ph"] == "B":
            open_.append(event)
        elif event["ph"] == "E":
            begin = open_.pop()
            found.append((begin["tid"], begin["ts"], event["ts"], begin["name"], len(open_)))
    return found


class Picture:
    def __init__(self, events, first, last):
        self.first, self.last = first, last
        self.slices = [s for s in slices_of(events) if s[2] > first and s[1] < last]
        self.tracks = {e["tid"]: e["args"]["name"] for e in events if e["ph"] == "M" and e["name"] == "thread_name"}
        self.row, row = {}, 0
        for track in sorted({s[0] for s in self.slices}):
            depth = max(s[4] for s in self.slices if s[0] == track) + 1
            self.row[track] = row
            row += depth
        self.height = TOP + row * (ROW + GAP) + 8
        self.out = []

    def x(self, time):
        share = (min(max(time, self.first), self.last) - self.first) / (self.last - self.first)
        return round(LEFT + share * (WIDTH - LEFT - 10), 1)

    def y(self, track, depth=0):
        return TOP + (self.row[track] + depth) * (ROW + GAP)

    def add(self, text):
        self.out.append(text)

    def grid(self):
        step = next(s for s in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100) if (self.last - self.first) / s <= 12)
        n = 0
        while n * step <= self.last - self.first:
            x = self.x(self.first + n * step)
            self.add(f'<path class="grid" d="M{x} {TOP - 10}V{self.height - 8}"/>')
            self.add(f'<text class="small" x="{x}" y="{TOP - 16}" text-anchor="middle">{n * step:g} µs</text>')
            n += 1

    def slice(self, track, begin, end, name, depth):
        kind = "exit" if "exits" in self.tracks[track] else self.tracks[track].split()[0].split(".")[0]
        x, y, width = self.x(begin), self.y(track, depth), max(round(self.x(end) - self.x(begin), 1), 1)
        title = escape(f"{self.tracks[track]}: {name}, {end - begin:.3f} µs")
        self.add(f'<rect class="{kind}" x="{x}" y="{y}" width="{width}" height="{ROW}" rx="2"><title>{title}</title></rect>')
        if width > 7 * len(name):
            self.add(f'<text class="in" x="{x + 4}" y="{y + 17}">{escape(name)}</text>')

    def flow(self, begin, end):
        x0, y0, x1, y1 = self.x(begin["ts"]), self.y(begin["tid"]) + ROW, self.x(end["ts"]), self.y(end["tid"])
        self.add(f'<path class="flow" d="M{x0} {y0}C{x0} {y1} {x1} {y0} {x1} {y1 - 5}"/>')
        self.add(f'<path class="head" d="M{x1} {y1}l-4 -8h8z"/>')

    def draw(self, flows, title):
        self.grid()
        for track, row in self.row.items():
            self.add(f'<text x="8" y="{self.y(track) + 17}">{escape(self.tracks[track])}</text>')
        for piece in sorted(self.slices):
            self.slice(*piece)
        for begin, end in flows:
            if self.first <= begin["ts"] and end["ts"] <= self.last:
                self.flow(begin, end)
        size = f'width="{WIDTH}" height="{self.height}" viewBox="0 0 {WIDTH} {self.height}"'
        return "\n".join(
            [f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">', f"<title>{escape(title)}</title>",
             f"<style>{STYLE}</style>"] + self.out + ["</svg>", ""])


def main():
    with open(sys.argv[1], encoding="ascii") as file:
        events = [e for e in json.load(file)["traceEvents"] if e["pid"] == 0]
    wanted = [s for s in sorted(slices_of(events), key=lambda s: s[1]) if s[3] == sys.argv[2]]
    _, begin, end, name, _ = wanted[int(sys.argv[3]) - 1 if len(sys.argv) > 3 else 0]
    margin = (end - begin) * 0.06
    flows = [([e for e in events if e["ph"] == "s" and e["id"] == id_][0],
              [e for e in events if e["ph"] == "f" and e["id"] == id_][0])
             for id_ in sorted({e["id"] for e in events if e["ph"] == "s"})]
    picture = Picture(events, begin - margin, end + margin)
    sys.stdout.write(picture.draw(flows, f"What becomes of {name}"))


main()
