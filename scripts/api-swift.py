#!/usr/bin/env python3
"""The public surface of the Swift module, from its symbol graph, as one sorted text.

Usage: api-swift.py GRAPH
Fails where something public has no documentation.
"""

import json
import sys
from pathlib import Path

graph = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
names = {it["identifier"]["precise"]: ".".join(it["pathComponents"]) for it in graph["symbols"]}
own = [it for it in graph["symbols"] if "::SYNTHESIZED::" not in it["identifier"]["precise"]]


def declaration(symbol):
    """What is written in the source, with its place."""
    fragments = "".join(it["spelling"] for it in symbol["declarationFragments"])
    place = ".".join(symbol["pathComponents"][:-1])
    return f"{place or symbol['kind']['displayName']}: {' '.join(fragments.split())}"


def conformance(relationship):
    """What a type conforms to."""
    target = names.get(relationship["target"], relationship.get("targetFallback"))
    return f"{names.get(relationship['source'], '?')}: conforms to {target}"


lines = [declaration(it) for it in own]
lines += [conformance(it) for it in graph["relationships"] if it["kind"] == "conformsTo"]
# The compiler says it of some and not of others.
lines = [it for it in lines if not it.endswith(" Swift.Copyable")]
print("\n".join(sorted(set(lines))))

undocumented = [it for it in own if "docComment" not in it and it["identifier"]["precise"].startswith("s:")]
for symbol in undocumented:
    print(f"{'.'.join(symbol['pathComponents'])} has no documentation", file=sys.stderr)
sys.exit(1 if undocumented else 0)
