"""Django's `migrate`, several times as quick on an empty database: the very first page and every test run wait for it.

Django draws every model again that is related to a changed one, and nearly all of ours are, through office, hub and
person. Most steps only ask for the changed model; the others wait until a step needs them, as `is_delayed` allows.
"""

from collections.abc import Callable
from typing import Any

from django.core.management.commands import migrate
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ModelState, ProjectState


class LateState(ProjectState):
    """Draws a changed model alone, and all of them anew for a step that asks who points at whom, or is Python."""

    _alone = False
    _before: "LateState | None" = None

    @classmethod
    def of(cls, state: ProjectState) -> "LateState":
        late = cls(state.models, state.real_apps)
        if "apps" in state.__dict__:
            late.apps = state.apps
        late.is_delayed = state.is_delayed
        return late

    def clone(self) -> "LateState":
        self._before = LateState.of(super().clone())  # to the next step this is how things were
        return self._before

    def add_model(self, model_state: ModelState) -> None:
        self._by_itself(super().add_model, model_state)

    def add_field(self, *what: Any) -> None:
        self._by_itself(super().add_field, *what)

    def _by_itself(self, change: Callable[..., None], *what: Any) -> None:
        self._alone = True
        try:
            change(*what)
        finally:
            self._alone = False

    def reload_model(self, app_label: str, model_name: str, delay: bool = False) -> None:
        if "apps" not in self.__dict__:
            return
        if delay or self._alone:
            self.is_delayed = True
            self._reload({(app_label, model_name)})  # type: ignore[attr-defined]
            return
        for state in (self, self._before):
            if state is not None:
                state.__dict__.pop("apps", None)
                state.is_delayed = False
        self.apps  # noqa: B018 - drawn here


class LateExecutor(MigrationExecutor):
    def _migrate_all_forwards(self, state: ProjectState, *plan: Any, **how: Any) -> ProjectState:
        return super()._migrate_all_forwards(LateState.of(state), *plan, **how)  # type: ignore[misc]


class Command(migrate.Command):
    def handle(self, *arguments: Any, **options: Any) -> None:
        migrate.MigrationExecutor = LateExecutor  # type: ignore[attr-defined]
        try:
            super().handle(*arguments, **options)
        finally:
            migrate.MigrationExecutor = MigrationExecutor  # type: ignore[attr-defined]
