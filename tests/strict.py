"""What production forgives and tests do not: undefined template variables, and trust in an order nobody asked for."""

import random
import sys
from typing import Any

SHUFFLE = random.Random(20261121)


class UndefinedVariable(Exception):
    """A template of ours uses a variable that its view did not give."""


class Undefined(str):
    """For `string_if_invalid`: raises for our own templates, stays silent for those of libraries."""

    def __mod__(self, variable: Any) -> str:
        # The node being drawn knows its own template; the context only knows the outermost one.
        frame: Any = sys._getframe(1)
        while frame and getattr(frame.f_locals.get("self"), "origin", None) is None:
            frame = frame.f_back
        origin = str(frame.f_locals["self"].origin) if frame else ""
        if "site-packages" in origin:
            return ""
        raise UndefinedVariable(f"{variable} is undefined in {origin}")


def shuffle_unordered_rows() -> None:
    """Rows of a query without ORDER BY come in another order each time, as PostgreSQL may do any day."""
    from django.db.models.sql.compiler import SQLCompiler
    from django.db.models.sql.constants import MULTI

    order_of, execute = SQLCompiler.get_order_by, SQLCompiler.execute_sql

    def get_order_by(self: Any) -> Any:
        order = order_of(self)
        self.has_order = bool(order)
        return order

    def execute_sql(self: Any, result_type: str = MULTI, *args: Any, **kwargs: Any) -> Any:
        result = execute(self, result_type, *args, **kwargs)
        if result_type != MULTI or result is None or getattr(self, "has_order", True):
            return result
        rows = [row for chunk in result for row in chunk]
        SHUFFLE.shuffle(rows)
        return [rows]

    SQLCompiler.get_order_by, SQLCompiler.execute_sql = get_order_by, execute_sql  # type: ignore[method-assign]
