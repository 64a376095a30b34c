"""Known vulnerabilities of the locked packages, in one line; 1 if there are any.

Asks OSV, the database that Python's advisories go into, for all pins at once. Where it is not
reachable nothing was checked, and that is what is said. https://google.github.io/osv.dev/api/
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import httpx

SERVICE = "https://api.osv.dev"
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)
LIMIT_S = 20


def main(lock: str, service: str = SERVICE) -> int:
    pins = PIN.findall(Path(lock).read_text())
    try:
        found = _vulnerabilities(pins, service)
    except (httpx.HTTPError, ValueError, KeyError) as exc:
        sys.stdout.write(f"Audit: nothing was checked: {service} ({type(exc).__name__})\n")
        return 0
    for (name, version), ids in found.items():
        sys.stdout.write(f"{name} {version}: {', '.join(ids)}\n")
    sys.stdout.write(f"Audit: {len(pins)} packages, {len(found)} with known vulnerabilities\n")
    return 1 if found else 0


def _vulnerabilities(pins: list[tuple[str, str]], service: str) -> dict[tuple[str, str], list[str]]:
    """Give the ids of what is known of each pin that something is known of."""
    queries = [
        {"package": {"name": name, "ecosystem": "PyPI"}, "version": version}
        for name, version in pins
    ]
    answer = httpx.post(f"{service}/v1/querybatch", json={"queries": queries}, timeout=LIMIT_S)
    results = answer.raise_for_status().json()["results"]
    return {
        pin: [v["id"] for v in result["vulns"]]
        for pin, result in zip(pins, results, strict=True)
        if result.get("vulns")
    }


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
