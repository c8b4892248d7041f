"""The API's OpenAPI document as a file of the repository: `--check` fails when code and file differ."""

import json
import os
import sys
from pathlib import Path

FILE = Path(__file__).resolve().parent.parent / "docs" / "openapi.json"


def main(check: bool) -> int:
    """Write docs/openapi.json, or with `check` compare it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heterospace.settings")
    import django
    from django.utils import translation

    django.setup()
    from heterospace.api import api

    with translation.override("en"):
        text = json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), indent=1, default=str) + "\n"
    if not check:
        FILE.write_text(text)
    elif not FILE.exists() or FILE.read_text() != text:
        print("docs/openapi.json is not what the code says: run python tools/openapi.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv))
