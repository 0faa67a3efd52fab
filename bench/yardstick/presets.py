"""Presets of PrusaSlicer's vendor bundles: resolves them and says which fit each other."""
import re

# Keys of a preset that `prusa-slicer --load` does not take as settings.
NOT_SETTINGS = re.compile(r"compatible_.*|inherits.*|default_.*_profile|renamed_from|alias|"
                          r"setting_id|upgrade|filament_vendor|thumbnails|"
                          r"bed_custom_(model|texture)|filament_notes|printhost_.*|octoprint_.*")
TOKEN = re.compile(r'\s*(?:(?P<regex>[=!]~)\s*/(?P<pattern>(?:[^/\\]|\\.)*)/|'
                   r'"(?P<text>[^"]*)"|'
                   r"(?P<number>\d+(?:\.\d+)?)|(?P<word>and|or|not|true|false)\b|"
                   r"(?P<name>[a-z_]+)(?:\[(?P<index>\d+)\])?|"
                   r"(?P<operator>==|!=|<=|>=|&&|\|\||[<>()!]))")
OPERATORS = {"!": "not", "&&": "and", "||": "or"}

# Asked for by conditions, and left out by presets that have the default.
DEFAULTS = {"nozzle_diameter": "0.4", "layer_height": "0.3"}


class Bundle:
    """The sections of one vendor's file; presets between *asterisks* are parts of others."""

    def __init__(self, path):
        self.vendor = path.stem
        self.sections = {}
        current = None
        for line in path.read_text(encoding="utf8").splitlines():
            if header := re.fullmatch(r"\[(.+)\]\s*", line):
                current = self.sections.setdefault(header[1], {})
            elif current is not None and "=" in line and not line.startswith("#"):
                key, value = line.split("=", 1)
                current[key.strip()] = value.strip()

    def names(self, kind):
        return sorted(name.split(":", 1)[1] for name in self.sections
                      if name.startswith(kind + ":") and "*" not in name)

    def preset(self, kind, name):
        """The settings of a preset and of all that it inherits from, later ones winning."""
        own = self.sections[f"{kind}:{name}"]
        settings = {}
        for parent in own.get("inherits", "").split(";"):
            if parent.strip():
                settings.update(self.preset(kind, parent.strip()))
        settings.update((key, value) for key, value in own.items() if key != "inherits")
        return settings


def lookup(settings, name, index):
    if name == "num_extruders":
        return float(len(settings.get("nozzle_diameter", "").split(",")))
    value = settings.get(name, DEFAULTS.get(name, ""))
    if index is not None:
        value = (re.split("[,;]", value) + [""])[int(index)]
    try:
        return float(value)
    except ValueError:
        return value.strip('"')


def holds(condition, settings):
    """Whether a compatible_..._condition is true of `settings`; an empty one is."""
    condition = condition.strip()
    if not condition:
        return True
    out, at, names = [], 0, []
    while at < len(condition):
        token = TOKEN.match(condition, at)
        if not token:
            raise ValueError(f"cannot read the condition at: {condition[at:]}")
        at = token.end()
        while at < len(condition) and condition[at].isspace():
            at += 1
        if token["regex"]:  # a whole match of the value before it
            found = re.fullmatch(token["pattern"], str(names.pop()), re.DOTALL) is not None
            out[-1] = str(found == (token["regex"] == "=~"))
        elif token["name"]:
            names.append(lookup(settings, token["name"], token["index"]))
            out.append(repr(names[-1]))
        elif token["word"]:
            out.append({"true": "True", "false": "False"}.get(token["word"], token["word"]))
        elif token["text"] is not None:
            out.append(repr(token["text"]))
        else:
            out.append(token["number"] or OPERATORS.get(token["operator"], token["operator"]))
    return bool(eval(" ".join(out), {"__builtins__": {}}))


def fits(preset, kind, other_name, other):
    """Whether `preset` says that it goes with the preset `other` of `kind` (printer or print)."""
    listed = preset.get(f"compatible_{kind}s", "")
    if listed:
        return other_name in [name.strip(' "') for name in listed.split(";")]
    return holds(preset.get(f"compatible_{kind}s_condition", ""), other)


def as_ini(settings):
    return "".join(f"{key} = {settings[key]}\n" for key in sorted(settings)
                   if not NOT_SETTINGS.fullmatch(key))
