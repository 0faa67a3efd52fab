"""Installs costengine into a folder of the build, or builds and runs one consumer of it."""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parents[1]

INSTALLED = [
    "bin/costengine",
    "libexec/costengine/costengine-import",
    "include/costengine/costengine.h",
    "include/costengine/estimate.hpp",
    "include/costengine/detail/estimate.ipp",
    "include/costengine/detail/profile/catalogue.inc",
    "lib/libcostengine_cxx.a",
    "lib/libcostengine.so",
    "lib/libcostengine.so.1",
    "lib/cmake/costengine/costengineConfig.cmake",
    "lib/cmake/costengine/costengineConfigVersion.cmake",
    "lib/cmake/costengine/costengineCTargets.cmake",
    "lib/cmake/costengine/costengineTargets.cmake",
    "lib/pkgconfig/costengine.pc",
    "lib/pkgconfig/costengine-cxx.pc",
    "share/man/man1/costengine.1",
    "share/bash-completion/completions/costengine",
    "share/zsh/site-functions/_costengine",
    "share/fish/vendor_completions.d/costengine.fish",
    "share/doc/costengine/LICENSE",
    "share/doc/costengine/prices.md",
]

BOX_PLY = """ply
format ascii 1.0
element vertex 8
property float x
property float y
property float z
element face 6
property list uchar int vertex_indices
end_header
0 0 0
20 0 0
20 20 0
0 20 0
0 0 10
20 0 10
20 20 10
0 20 10
4 3 2 1 0
4 4 5 6 7
4 0 1 5 4
4 1 2 6 5
4 2 3 7 6
4 3 0 4 7
"""


def run(*command, **options):
    print("+", *command, flush=True)
    return subprocess.run([str(word) for word in command], check=True, text=True, **options)


def output_of(*command, **options):
    return run(*command, stdout=subprocess.PIPE, **options).stdout


def install(args, prefix):
    """Installs, moves the result elsewhere, and checks that it is whole and knows no path."""
    staging = args.folder / "staging"
    for folder in (staging, prefix):
        shutil.rmtree(folder, ignore_errors=True)
    run(args.cmake, "--install", args.build, "--prefix", staging, stdout=subprocess.DEVNULL)
    staging.rename(prefix)
    missing = [name for name in INSTALLED if not any(prefix.glob(anywhere_in_lib(name)))]
    assert not missing, f"not installed: {missing}"
    for path in (p for p in prefix.rglob("*") if p.suffix in (".cmake", ".pc")):
        for place in (SOURCE, args.build, staging):
            assert str(place) not in path.read_text(), f"{path} names {place}"


def anywhere_in_lib(name):
    """lib may be lib64 or lib/x86_64-linux-gnu."""
    return re.sub("^lib/", "lib*/**/", name)


def price_on_the_command_line(prefix, path):
    """What the program of a consumer should print, from the installed executable's JSON."""
    answer = json.loads(output_of(prefix / "bin/costengine", "estimate", "--json", path))
    quote, production = answer["quote"], answer["production"]
    whole, cents = divmod(quote["total"], 100)
    assert quote["minor_digits"] == 2
    return (f"{answer['measure']['volume_mm3']['value']:.17g} mm3 "
            f"{production['time_s']['value']:.17g} s {whole}.{cents:02} {quote['currency']}\n")


def box_file(args, suffix):
    """The box of price_a_box.cpp as a file; each consumer has its own."""
    path = args.folder / (args.consumer + suffix)
    if suffix == ".ply":
        path.write_text(BOX_PLY)
    else:
        path.write_text(re.search(r'R"\((.*?)\)"', (HERE / "price_a_box.cpp").read_text(),
                                  re.DOTALL).group(1))
    return path


def build_with_cmake(args, prefix, consumer):
    build = args.folder / consumer
    shutil.rmtree(build, ignore_errors=True)
    run(args.cmake, "-G", "Ninja", "-S", HERE / consumer, "-B", build,
        f"-DCMAKE_C_COMPILER={args.c_compiler}", f"-DCMAKE_CXX_COMPILER={args.compiler}",
        f"-DCMAKE_CXX_COMPILER_LAUNCHER={args.launcher}",
        "-DCMAKE_BUILD_TYPE=", "-DCMAKE_CXX_FLAGS=-O0 -Wall -Wextra -Werror",
        f"-DCMAKE_PREFIX_PATH={prefix}")
    run(args.cmake, "--build", build)
    return build / "consumer"


def build_with_pkg_config(args, prefix, package, compiler, source):
    found = next(prefix.rglob(f"{package}.pc")).parent
    search = os.pathsep.join(filter(None, [str(found), os.environ.get("PKG_CONFIG_PATH")]))
    flags = output_of("pkg-config", "--cflags", "--libs", package,
                      env={**os.environ, "PKG_CONFIG_PATH": search}).split()
    program = args.folder / f"{args.consumer}_consumer"
    run(*compiler, HERE / source, "-o", program, *flags)
    return program


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cmake", required=True)
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--c-compiler", required=True)
    parser.add_argument("--launcher", default="")
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--folder", required=True, type=pathlib.Path)
    parser.add_argument("consumer", choices=["install", "executable", "compiled", "header_only",
                                             "subdirectory", "pkg_config", "c_api",
                                             "c_pkg_config"])
    args = parser.parse_args()
    prefix = args.folder / "prefix"
    if args.consumer == "install":
        return install(args, prefix)
    expected = price_on_the_command_line(prefix, box_file(args, ".obj"))
    if args.consumer == "executable":
        assert expected.startswith("4000 mm3 "), expected  # 20 * 20 * 10
        got = price_on_the_command_line(prefix, box_file(args, ".ply"))
    elif args.consumer == "pkg_config":
        got = output_of(build_with_pkg_config(args, prefix, "costengine-cxx",
                                              [args.compiler, "-std=c++20"], "price_a_box.cpp"))
    elif args.consumer == "c_pkg_config":
        program = build_with_pkg_config(args, prefix, "costengine",
                                        [args.c_compiler, "-std=c99", "-pedantic"],
                                        "price_a_box.c")
        folder = next(prefix.rglob("libcostengine.so.1")).parent
        got = output_of(program, env={**os.environ, "LD_LIBRARY_PATH": str(folder)})
    else:
        got = output_of(build_with_cmake(args, prefix, args.consumer))
    assert got == expected, f"the consumer says {got!r}, the executable {expected!r}"


if __name__ == "__main__":
    sys.exit(main())
