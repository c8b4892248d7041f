"""The house stands in one order: imports (import-linter) and foreign keys (here) point downwards only."""

import subprocess
import sys
from pathlib import Path

from django.apps import apps
from django.conf import settings

ORDER = [
    "core",
    "hubs",
    "members",
    "questionnaires",
    "spaces",
    "enquiries",
    "bookings",
    "events",
    "cocreation",
    "home",
]
ROOT = Path(__file__).resolve().parent.parent


def own_models():
    return [model for model in apps.get_models() if model.__module__.startswith("heterospace.")]


def foreign_keys_upwards(models, order):
    """(model, field) whose foreign key points to an app above its own."""
    return [
        (model._meta.label, field.name)
        for model in models
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model is not None
        if field.related_model._meta.app_label in order
        and order.index(field.related_model._meta.app_label) > order.index(model._meta.app_label)
    ]


def test_every_app_of_ours_has_its_place_in_the_order():
    ours = [name.rsplit(".", 1)[1] for name in settings.INSTALLED_APPS if name.startswith("heterospace.")]
    assert sorted(ours) == sorted(ORDER)


def test_foreign_keys_point_downwards():
    assert own_models()
    assert foreign_keys_upwards(own_models(), ORDER) == []


def test_the_check_on_foreign_keys_can_fail():
    upside_down = list(reversed(ORDER))
    assert ("bookings.Booking", "space") in foreign_keys_upwards(own_models(), upside_down)


def test_import_layers_hold():
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_the_kernel_names_no_app():
    for path in (ROOT / "src/heterospace/core").rglob("*.py"):
        text = path.read_text()
        for app in ORDER[1:]:
            assert f"heterospace.{app}" not in text.replace("heterospace.core", ""), f"{path} names {app}"
            assert f"from ..{app}" not in text, f"{path} imports {app}"


def test_only_the_clock_asks_the_system_for_the_time():
    asking = [
        str(path)
        for path in (ROOT / "src").rglob("*.py")
        if path.name != "clock.py"
        and any(word in path.read_text() for word in ("timezone.now(", "datetime.now(", "date.today("))
    ]
    assert asking == []
