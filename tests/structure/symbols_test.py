"""The library never prints, never ends its caller's program and never starts another.

Looks at what the objects of libcostengine_cxx.a call (arguments: nm, the archive). Not complained
about: snprintf and the like, which write to memory; std::terminate, which the compiler puts behind
every noexcept; and the checks that a build for debugging adds, __assert_fail of headers and
std::__glibcxx_assert_fail of the checked standard library.
"""

import re
import subprocess
import sys

# Each is a whole symbol as nm -C shows it, less its parameters.
FORBIDDEN = re.compile(r"""
    abort | _?exit | _Exit | quick_exit | std::(abort|exit|_Exit|quick_exit)
  | v?f?printf | (__)(v?f?printf)_chk | puts | fputs | fputc | putc | putchar | fwrite | perror
  | v?dprintf | write | pwrite | writev | stdout | stderr | stdin | (v?syslog|openlog)
  | std::w?(cout|cerr|clog|cin) | std::ios_base::Init::Init | std::(print|println)
  | system | popen | fork | vfork | posix_spawnp? | execv[pe]* | execl[pe]*
  | signal | sigaction | raise | kill | setlocale | std::locale::global
""", re.VERBOSE)


def main():
    nm, archive = sys.argv[1:]
    lines = subprocess.run([nm, "-C", "--undefined-only", "--print-file-name", archive],
                           check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    symbols = {tuple(re.fullmatch(r"(.*): +[Uwv] (.*)", line).groups()) for line in lines}
    assert len(symbols) > 100, "the symbols were not found"
    bad = sorted(f"{where.rpartition(':')[2]} refers to {symbol}" for where, symbol in symbols
                 if FORBIDDEN.fullmatch(symbol.partition("(")[0].partition("@")[0]))
    print("\n".join(bad) or f"{len(symbols)} symbols, none that prints, exits or starts a program")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
