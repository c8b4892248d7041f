"""`make bench`: run the scripts in benchmarks/ and print their promises as one table.

Each script prints lines of JSON: {"promise", "figure", "bar", "kept", "ratio"?}; anything else it says goes to
stderr. Names on the command line choose scripts.
"""

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """0 when every promise was kept."""
    scripts = sorted(path for path in (ROOT / "benchmarks").glob("*.py") if not path.name.startswith("_"))
    if chosen := set(sys.argv[1:]):
        scripts = [path for path in scripts if path.stem in chosen]
    console = Console(soft_wrap=True)
    table = Table(
        title=f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, {platform.platform()}"
    )
    for column in ("promise", "figure", "bar", "ratio to the limit", ""):
        table.add_column(column)
    failed = False
    for script in scripts:
        console.print(f"[dim]{script.stem} …[/dim]")
        done = subprocess.run(
            [sys.executable, script], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False
        )
        rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        for row in rows:
            failed |= not row["kept"]
            verdict = "[green]kept[/green]" if row["kept"] else "[red]BROKEN[/red]"
            console.print(f"  {row['promise']}: {row['figure']} ({row['bar']}) {verdict}")
            table.add_row(
                row["promise"], str(row["figure"]), str(row["bar"]), str(row.get("ratio", "")), verdict
            )
        if done.returncode or not rows:
            failed = True
            table.add_row(script.stem, "[red]the script failed[/red]", "", "", "[red]BROKEN[/red]")
    console.print(table)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
