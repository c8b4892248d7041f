"""HeteroSpace: runs a public creative hub and shows what it is worth."""

__version__ = "0.1.0"
