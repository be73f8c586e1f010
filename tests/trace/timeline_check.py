#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The timeline of --trace perfetto is what its format asks: JSON, of events whose slices are strictly
nested on each track, flows in pairs that begin and end inside of slices, counters and instants in
order. Usage: timeline_check.py FILE [KIND...]: names of slices or flows that must be there.
"""
import decimal
import json
import sys


def fail(message):
    sys.exit(f"timeline_check: {message}")


def load(path):
    with open(path, encoding="ascii") as file:
        document = json.load(file, parse_float=decimal.Decimal)
    if document["displayTimeUnit"] != "ns":
        fail("displayTimeUnit")
    return document["traceEvents"]


def slices_of(events):
    """By track: (begin, end, name), of X and of B with its E."""
    tracks, open_ = {}, {}
    for event in events:
        track = event["pid"], event["tid"]
        if event["ph"] == "X":
            if event["dur"] <= 0:
                fail(f"a slice of no time: {event}")
            tracks.setdefault(track, []).append((event["ts"], event["ts"] + event["dur"], event["name"]))
        elif event["ph"] == "B":
            open_.setdefault(track, []).append(event)
        elif event["ph"] == "E":
            if not open_.get(track):
                fail(f"an end without a beginning: {event}")
            begin = open_[track].pop()
            if event["ts"] < begin["ts"]:
                fail(f"a slice ends before it begins: {begin}")
            tracks.setdefault(track, []).append((begin["ts"], event["ts"], begin["name"]))
    for left in open_.values():
        if left:
            fail(f"a beginning without an end: {left[-1]}")
    return tracks


def check_nesting(track, slices):
    stack = []
    for begin, end, name in sorted(slices, key=lambda s: (s[0], -s[1])):
        while stack and stack[-1][0] <= begin:
            stack.pop()
        if stack and end > stack[-1][0]:
            fail(f"track {track}: {name} at {begin} overlaps {stack[-1][1]}")
        stack.append((end, name))


def check_flows(events, tracks):
    ends = {}
    for event in events:
        if event["ph"] not in "sf":
            continue
        ends.setdefault(event["id"], []).append(event)
        track = tracks.get((event["pid"], event["tid"]), [])
        if not any(begin <= event["ts"] <= end for begin, end, _ in track):
            fail(f"a flow's end is in no slice: {event}")
    for id_, both in ends.items():
        if [e["ph"] for e in both] != ["s", "f"] or both[0]["ts"] > both[1]["ts"]:
            fail(f"flow {id_} has not one beginning and one later end")
        if both[0]["name"] != both[1]["name"] or both[0]["cat"] != both[1]["cat"]:
            fail(f"flow {id_} has two names")
    return len(ends)


def check_names(events, tracks):
    named = {(e["pid"], e["tid"]) for e in events if e["ph"] == "M" and e["name"] == "thread_name"}
    for track in tracks:
        if track not in named:
            fail(f"track {track} has no name")


def main():
    events = load(sys.argv[1])
    for event in events:
        if event["ph"] not in "MXBEisfC":
            fail(f"unknown phase: {event}")
        if event["ph"] == "i" and event["s"] != "t":
            fail(f"an instant of no thread: {event}")
    tracks = slices_of(events)
    for track, slices in tracks.items():
        check_nesting(track, slices)
    flows = check_flows(events, tracks)
    check_names(events, tracks)
    names = {e["name"] for e in events} | {e["args"]["name"] for e in events if e["ph"] == "M" and "name" in e["args"]}
    for wanted in sys.argv[2:]:
        if wanted not in names:
            fail(f"nothing is called {wanted}")
    print(f"{len(events)} events, {len(tracks)} tracks, {flows} flows")


main()
