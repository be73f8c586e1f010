#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints how many tests of a JUnit file ran in all, failed, and were skipped. For ./dev test."""
import sys
import xml.etree.ElementTree

suite = xml.etree.ElementTree.parse(sys.argv[1]).getroot()
number = lambda name: int(suite.get(name, 0))
print(number("tests"), number("failures"), number("skipped") + number("disabled"))
