"""What measurements share: the programs, the models and how often to run."""
import json
import pathlib
import shutil
import subprocess

OWN_FACETS = 1_600_000
SMALL_MODELS = 1000
SCAN = "organic-data__nefertiti-25mm.stl"


class Setting:
    """`build` is the folder of a build with the preset `bench`; models are made in `scratch` when
    they are first asked for."""

    def __init__(self, build, reference, scratch, model=None, runs=5, threads=2):
        self.bin = pathlib.Path(build).resolve() / "bin"
        self.samples = self.bin.parent / "samples"
        self.reference = reference and pathlib.Path(reference)
        self.scratch = pathlib.Path(scratch)
        self.model = model or (self.reference and self.in_reference(SCAN))
        self.runs = runs
        self.threads = threads
        for name in ("costengine", "costengine-bench", "costengine-bench-model",
                     "costengine-bench-work", "costengine-peer-empty", "costengine-peer-read"):
            self.program(name)

    def program(self, name):
        path = self.bin / name
        if not path.is_file():
            raise SystemExit(f"{path} is missing: build with scripts/build.sh bench")
        return path

    def peer(self, name, package):
        """(path, None), or (None, why there is none)."""
        path = self.bin / name
        found = path if path.is_file() else shutil.which(name)
        return (found, None) if found else (None, f"{name}: not installed (Debian: {package})")

    def make(self, name, *words):
        """The model `name`, made by costengine-bench-model."""
        path = self.scratch / name
        if not path.is_file():
            subprocess.run([self.program("costengine-bench-model"), *map(str, words), path],
                           check=True, stdout=subprocess.DEVNULL)
        return path

    def in_reference(self, name):
        models = self.reference / "models"
        return (models if models.is_dir() else self.reference) / name

    def own(self, ending=".stl", facets=OWN_FACETS):
        """Our own connected model."""
        return self.make(f"figurine-{facets}{ending}", "figurine", facets)

    def scan(self, times):
        """The user's model, or a scan of the reference folder, each facet cut in four `times`
        times; without either our own model of the same size."""
        if self.model is None:
            return self.own(facets=100_000 * 4 ** times)
        if not self.model.is_file():
            raise SystemExit(f"{self.model} is missing")
        return self.make(f"{self.model.stem}-{times}.stl", "subdivide", self.model, times)

    def scan_name(self, times):
        name = self.model.stem if self.model else "our figurine"
        return f"{name}, each facet cut in {4 ** times}" if self.model and times else name

    def small_models(self):
        """A folder of small models of which no two are the same bytes."""
        folder = self.scratch / "small"
        if not folder.is_dir():
            names = ["bracket.stl", "hollow-box.stl", "figurine-2k.stl", "figurine-5k.stl"]
            making = self.scratch / "small.making"
            making.mkdir(exist_ok=True)
            for number in range(SMALL_MODELS):
                content = (self.samples / names[number % len(names)]).read_bytes()
                head = f"small model {number}".encode().ljust(80)
                (making / f"{number:04}.stl").write_bytes(head + content[80:])
            making.rename(folder)
        return folder

    def work(self, path, works, runs=None, threads=None):
        """What costengine-bench-work says of `path`: {work: {threads: {wall_s, cpu_s}}}."""
        run = subprocess.run([self.program("costengine-bench-work"), path,
                              str(threads or self.threads), str(runs or self.runs), *works],
                             check=True, stdout=subprocess.PIPE)
        return json.loads(run.stdout)
