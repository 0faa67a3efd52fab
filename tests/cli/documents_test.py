"""The manual page and the shell completions know exactly the options that --help shows."""

import os
import re
import shutil
import subprocess
import unittest

from program import ProgramTest

CLI = os.environ["COSTENGINE_CLI_SOURCE"]
COMMANDS = ("", "estimate", "inspect", "batch", "profiles", "profiles list", "profiles show",
            "cache", "cache stats", "cache verify", "cache prune", "cache clear")
LONG_OPTION = r"--[a-z][a-z-]*"


def read(name):
    with open(os.path.join(CLI, name), encoding="utf-8") as file:
        return file.read()


class Documents(ProgramTest):
    def help_of(self, command):
        return self.check_succeeds(self.run_program(*command.split(), "--help")).decode()

    def options_of(self, command):
        """The long options that the program itself lists."""
        lines = self.help_of(command).split("\nOptions:\n")[1].split("\n\n")[0].splitlines()
        return {re.search(LONG_OPTION, line).group() for line in lines}

    def all_options(self):
        return set().union(*(self.options_of(command) for command in COMMANDS))

    def test_help_can_be_parsed(self):
        self.assertEqual(self.options_of(""), {"--help", "--version"})
        self.assertLess(10, len(self.options_of("estimate")))

    def test_help_of_every_command_has_examples(self):
        for command in COMMANDS:
            self.assertIn("Examples:\n  costengine ", self.help_of(command), command)

    def test_manual_lists_the_options_of_every_command(self):
        sections = dict(re.findall(r"^\.SH (.+)\n((?:(?!\.SH).*\n)*)", read("man/costengine.1"),
                                   re.MULTILINE))
        for command in COMMANDS:
            if command in ("profiles", "cache"):
                continue  # only --help, which their commands list
            title = ("costengine " + command).upper() if command else "GENERAL OPTIONS"
            tags = re.findall(r"^\.TP\n(.*)", sections[title], re.MULTILINE)
            found = {re.search(LONG_OPTION, tag.replace("\\-", "-")).group() for tag in tags}
            self.assertEqual(found, self.options_of(command), title)

    def test_manual_lists_the_exit_codes(self):
        section = read("man/costengine.1").split(".SH EXIT STATUS")[1].split(".SH ")[0]
        self.assertEqual(re.findall(r"^\.B (\d+)", section, re.MULTILINE),
                         ["0", "1", "2", "3", "4", "130"])

    def test_manual_names_this_version(self):
        version = self.check_succeeds(self.run_program("--version")).decode().strip()
        self.assertIn('"%s"' % version, read("man/costengine.1").splitlines()[0])

    @unittest.skipUnless(shutil.which("groff"), "groff is not installed")
    def test_manual_formats_without_warnings(self):
        result = subprocess.run(["groff", "-man", "-ww", "-Tutf8", CLI + "/man/costengine.1"],
                                capture_output=True, check=True, timeout=60)
        self.assertEqual(result.stderr, b"")

    def bash_suggestions(self, *words):
        """What bash would offer for the last of these words."""
        script = ("source %s/completions/costengine.bash; COMP_WORDS=(costengine \"$@\"); "
                  "COMP_CWORD=$#; _costengine; printf '%%s\\n' \"${COMPREPLY[@]}\"" % CLI)
        result = subprocess.run(["bash", "-c", script, "bash", *words], capture_output=True,
                                cwd=self.folder, check=True, timeout=60)
        return set(result.stdout.decode().split())

    def test_bash_offers_the_options_of_every_command(self):
        for command in COMMANDS[1:]:
            if command in ("profiles", "cache"):
                continue
            offered = self.bash_suggestions(*command.split(), "--")
            self.assertEqual(offered, self.options_of(command), command)
        self.assertEqual(self.bash_suggestions("--"), self.options_of(""))
        self.assertEqual(self.bash_suggestions("profiles", "--"), self.options_of("profiles"))

    def test_bash_offers_commands_units_and_files(self):
        self.assertEqual(self.bash_suggestions("e"), {"estimate"})
        self.assertEqual(self.bash_suggestions("profiles", ""), {"list", "show", "-h", "--help"})
        self.assertEqual(self.bash_suggestions("estimate", "--unit", "m"), {"mm", "m"})
        self.assertEqual(self.bash_suggestions("estimate", "bo"), {"box.stl"})

    def test_zsh_and_fish_know_every_option(self):
        zsh = set(re.findall(r"(?<![\w(])(--[a-z-]+)\[", read("completions/_costengine")))
        zsh |= {"--help"} if "{-h,--help}" in read("completions/_costengine") else set()
        self.assertEqual(zsh, self.all_options())
        names = re.findall(r"^complete.* -l ([a-z-]+)", read("completions/costengine.fish"),
                           re.MULTILINE)
        fish = {"--" + name for name in names}
        self.assertEqual(fish, self.all_options())

    @unittest.skipUnless(shutil.which("zsh"), "zsh is not installed")
    def test_zsh_accepts_its_completion(self):
        subprocess.run(["zsh", "-n", CLI + "/completions/_costengine"], check=True, timeout=60)

    @unittest.skipUnless(shutil.which("fish"), "fish is not installed")
    def test_fish_offers_the_options_of_every_command(self):
        for command in ("estimate", "inspect", "batch", "profiles show", "cache prune"):
            script = "source %s/completions/costengine.fish; complete -C 'costengine %s --'" % (
                CLI, command)
            result = subprocess.run(["fish", "--no-config", "-c", script], capture_output=True,
                                    cwd=self.folder, check=True, timeout=60)
            offered = set(re.findall("^" + LONG_OPTION, result.stdout.decode(), re.MULTILINE))
            self.assertEqual(offered, self.options_of(command), command)


if __name__ == "__main__":
    unittest.main()
