# SPDX-License-Identifier: GPL-2.0
"""check-abi: the steps, their order, and what is printed."""
import argparse
import sys
import tempfile
import time

from . import compare, headers, kernel, model, selftest, sides, wanted

EXIT_EQUAL, EXIT_DIFFERENT, EXIT_CANNOT_RUN = 0, 1, 2


def main():
    parser = argparse.ArgumentParser(
        prog="check-abi", description="Compare the legacy headers in include/ with the "
        "public-domain copy in mingw-w64-common: every structure, constant, function, callback.",
        epilog="exit status: 0 equal, 1 different, 2 cannot run")
    parser.add_argument("--self-test", action="store_true",
                        help="only show that the check notices what is wrong in mutated headers")
    parser.add_argument("--no-self-test", action="store_true", help="leave the self-test out")
    parser.add_argument("--additions", action="store_true",
                        help="only list what our headers have and the reference has not")
    parser.add_argument("--kernel", action="append", default=[], metavar="DIR",
                        help="also compile the headers beside the kernel's own, in the build tree "
                        "DIR (as for make -C); may be repeated")
    options = parser.parse_args()
    started = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="check-abi-") as work:
            status, last = run(options, work)
    except (RuntimeError, ValueError, OSError) as e:
        print(f"check-abi: {e}", file=sys.stderr)
        return EXIT_DIFFERENT if str(e).startswith("ours:") else EXIT_CANNOT_RUN
    print(f"{last} [{time.monotonic() - started:.0f} s]" if status else last)
    return status


def run(options, work):
    ours = model.parse(sides.ours(), work)
    own = compare.Reference(sides.reference(), work)
    base = compare.Reference(sides.reference_base(), work, ours, [own.model])
    wdm = compare.Reference(sides.reference_wdm(), work, ours, [own.model, base.model])
    references = [own, base, wdm]
    if options.additions:
        return list_additions(ours, references)

    failures = []
    if not options.self_test:
        print("reference: " + ", ".join(sides.OWN_HEADERS))
        differences = []
        for r in references:
            compilers = sides.OUR_COMPILERS if r is own else sides.QUICK_COMPILERS
            differences += compare.Comparison(r, ours, sides.OURS, list(compilers), work).run()
            print(f"{r.side.name}: {words(r.counts(), r.model)} compared with ours by "
                  f"{', '.join(compilers)}")
        wanted_found, failures = wanted.sort(differences, wanted.read())
        count, broken = headers.check(sides.OURS, work)
        print(f"headers: {count} compilations alone, in pairs, beside libc, freestanding and as "
              f"legacy source: {len(broken)} failed")
        failures += broken
        for tree in options.kernel:
            broken = kernel.check(sides.OURS, tree, work)
            print(f"kernel {tree}: {len(broken)} problems beside its headers")
            failures += broken
    if not options.no_self_test:
        noticed, missed = selftest.run(references, work)
        print(f"self-test: {noticed} of {selftest.COUNT} mutants noticed")
        failures += missed
    for f in failures:
        print(f"DIFFERENT {f}")
    if options.self_test:
        return (EXIT_DIFFERENT if failures else EXIT_EQUAL), \
            f"check-abi: self-test {'failed' if failures else 'passed'}"
    result = f"{len(failures)} differences" if failures else "all equal"
    return (EXIT_DIFFERENT if failures else EXIT_EQUAL), \
        f"check-abi: {words(own.counts())} compared: {result} " \
        f"({len(wanted_found)} wanted differences)"


def words(counts, with_types=None):
    text = ", ".join(f"{n} {what}" for what, n in counts.items())
    return text + (f", {len(with_types.typedefs)} type names" if with_types else "")


def list_additions(ours, references):
    total = 0
    for part in ("records", "enumerators", "functions", "typedefs", "macros"):
        known = {n for r in references for n in getattr(r.model, part)}
        extra = sorted(n for n in getattr(ours, part) if n not in known)
        total += len(extra)
        print(f"{part}: {' '.join(extra)}")
    return EXIT_EQUAL, f"check-abi: {total} names only in ours"


if __name__ == "__main__":
    sys.exit(main())
