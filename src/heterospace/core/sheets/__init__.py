"""Tables in and out as XLSX: what a column takes, reading a file without trusting it, writing one.

An app names its tables (`tables.py`) and has the deed that takes their lines; `home.data` joins both to pages and
commands.
"""

from .reading import Filled, read
from .tables import Column, Imported, Line, Problem, Table, WrongRows
from .writing import write, write_template

__all__ = [
    "Column",
    "Filled",
    "Imported",
    "Line",
    "Problem",
    "Table",
    "WrongRows",
    "read",
    "write",
    "write_template",
]
