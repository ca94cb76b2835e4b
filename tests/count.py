#!/usr/bin/env python3
"""Counts test cases in meson's testlog.json: prints "N passed, N failed".

A program of the check library says how many cases it ran ("Checks: 12,
Failures: 0, Errors: 0"); a program that says nothing is one case.
"""
import json
import re
import sys

CHECKS = re.compile(r"Checks: (\d+), Failures: (\d+), Errors: (\d+)")


def count(test):
    ok = test["result"] in ("OK", "EXPECTEDFAIL")
    passed = failed = 0
    for line in CHECKS.finditer(test.get("stdout", "")):
        checks, failures, errors = map(int, line.groups())
        failed += failures + errors
        passed += checks - failures - errors
    if passed + failed == 0:
        return (1, 0) if ok else (0, 1)
    if not ok and failed == 0:
        failed = 1  # a sanitizer or a crash after the last case
    return passed, failed


def main():
    passed = failed = 0
    with open(sys.argv[1], encoding="utf-8") as log:
        for line in log:
            p, f = count(json.loads(line))
            passed += p
            failed += f
    print(f"{passed} passed, {failed} failed")


main()
