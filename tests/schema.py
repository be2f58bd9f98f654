#!/usr/bin/env python3
"""The schema and the reader agree: every spec validates, and the mistakes of shape that the reader refuses do not.

    schema.py ALBCTL

Needs jsonschema and PyYAML. Prints `N passed, N failed` at the end.
"""
import json, pathlib, subprocess, sys

import jsonschema, yaml

ROOT = pathlib.Path(__file__).resolve().parents[1]
# Mistakes of shape, which the schema must refuse as the reader does.
BAD = ["unknown-key-top", "unknown-key-nested", "wrong-type-port", "port-out-of-range", "unknown-word", "null-value",
       "no-action", "two-actions", "redirect-word", "list-at-top", "dns-contradictions",
       "certificate-sources"]


class Loader(yaml.SafeLoader):
    """YAML 1.2: only true and false are booleans."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool" or first in "tTfF"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load(path):
    return yaml.load(path.read_text(), Loader)


def main():
    schema = json.loads(subprocess.run([sys.argv[1], "schema"], check=True, capture_output=True, text=True).stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    failed = []
    good = [path for path in sorted((ROOT / "specs").rglob("*.yaml")) if "extends" not in load(path)]
    for path in good:
        problems = [error.message for error in validator.iter_errors(load(path))]
        if problems:
            failed.append(f"{path.name} does not validate: {problems}")
    bad = [ROOT / "tests" / "bad" / f"{name}.yaml" for name in BAD]
    failed += [f"{path.name} validates" for path in bad if validator.is_valid(load(path))]
    print("\n".join(failed))
    print(f"{len(good) + len(bad) - len(failed)} passed, {len(failed)} failed")
    sys.exit(1 if failed else 0)


main()
