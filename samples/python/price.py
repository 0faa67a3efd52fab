"""Prices a model: price.py [--json] MODEL [SHEET.toml]

The library is found by the system, or named by COSTENGINE_LIBRARY. Ends with 0, or with 2 and a
line on standard error where there is no price.
"""

import json
import sys

from costengine import CostengineError, Engine


def print_fields(answer):
    print("verdict ", answer["mesh"]["verdict"])
    print(f"volume   {answer['measure']['volume_mm3']['value']:.1f} mm3")
    for finding in answer["mesh"]["findings"]:
        print("finding ", finding["code"] + ":", finding["message"])
    quote = answer.get("quote")
    if not quote:
        print("no price:", answer.get("unpriced", {}).get("message", "the model was refused"),
              file=sys.stderr)
        return 2
    print(f"time     {answer['production']['time_s']['value']:.0f} s")
    print(f"total    {quote['total'] / 10 ** quote['minor_digits']:.{quote['minor_digits']}f}",
          quote["currency"])
    return 0


def main():
    words = sys.argv[1:]
    as_json = "--json" in words
    model, sheet = ([word for word in words if word != "--json"] + ["example"])[:2]
    engine = Engine()
    try:
        with engine.estimate(engine.profile(), engine.prices(sheet), path=model) as result:
            line = result.json()
    except CostengineError as error:
        if as_json:
            print(error.json)
        print(error, file=sys.stderr)
        return 2
    if not as_json:
        return print_fields(json.loads(line))
    print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
