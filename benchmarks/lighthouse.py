"""Lighthouse's four scores of five page types on a phone, as medians of five runs.

    python benchmarks/lighthouse.py --url http://127.0.0.1:8000

Asks a hub that is already running with the demonstration content, built static files and DEBUG off. Lighthouse is
installed into var/lighthouse/ the first time (needs npm); Chromium is the system's, or the one CHROME_PATH names.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.addresses import page_types  # noqa: E402

#: 13 needs a newer Node than the build does.
PACKAGE = "lighthouse@12.8.2"
FOLDER = ROOT / "var" / "lighthouse"
CATEGORIES = ["performance", "accessibility", "best-practices", "seo"]
#: On a busy machine Lighthouse loses the beginning of a page load now and then (NO_NAVSTART) and says so.
TRIES = 4
BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]


def program() -> Path:
    """Lighthouse's command, installed when it is not there."""
    command = FOLDER / "node_modules" / ".bin" / "lighthouse"
    if not command.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / "package.json").write_text('{"private": true}')
        environment = {**os.environ, "PUPPETEER_SKIP_DOWNLOAD": "1"}
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", PACKAGE], cwd=FOLDER, env=environment, check=True)
    return command


def browser() -> str:
    found = os.environ.get("CHROME_PATH") or next(filter(None, map(shutil.which, BROWSERS)), None)
    return found or sys.exit("Chromium was not found. Install it, or name it in CHROME_PATH.")


def report_on(address: str, chrome: str) -> Any:
    """One run: Lighthouse's own report, with its default phone and throttling."""
    flags = ["--headless=new", "--disable-gpu", "--disable-dev-shm-usage"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        flags.append("--no-sandbox")
    command = [program(), address, "--quiet", "--output=json", f"--only-categories={','.join(CATEGORIES)}"]
    command.append(f"--chrome-flags={' '.join(flags)}")
    environment = {**os.environ, "CHROME_PATH": chrome}
    for _try in range(TRIES):
        answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if not answer.returncode:
            report = json.loads(answer.stdout)
            if not report.get("runtimeError"):
                return report
    sys.exit(f"Lighthouse failed {TRIES} times on {address}:\n{answer.stderr[-2000:]}")


def score(report: Any, category: str) -> float:
    """0 to 100."""
    return 100 * (report["categories"][category]["score"] or 0)


def missed(report: Any) -> list[str]:
    """What the page lost points by: "category: audit"."""
    found = []
    for name in CATEGORIES:
        for reference in report["categories"][name]["auditRefs"]:
            audit = report["audits"][reference["id"]]
            if reference["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                found.append(f"{name}: {audit['title']} {audit.get('displayValue', '')}".strip())
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="where the hub runs")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    chrome, losses = browser(), {}
    print(f"| page | {' | '.join(CATEGORIES)} |\n|---|" + "--:|" * len(CATEGORIES))
    for name, address in page_types().items():
        reports = [report_on(options.url.rstrip("/") + address, chrome) for _run in range(options.runs)]
        medians = [f"{statistics.median(score(one, category) for one in reports):.0f}" for category in CATEGORIES]
        print(f"| {name} | {' | '.join(medians)} |", flush=True)
        losses[name] = missed(reports[-1])
    for name, audits in losses.items():
        for audit in audits:
            print(f"{name} lost points by {audit}")


if __name__ == "__main__":
    main()
