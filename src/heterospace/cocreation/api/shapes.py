"""What several endpoints of co-creation share: who it was, and for whom somebody speaks."""

from typing import Any

from ninja import Schema
from pydantic import Field

HAT = Field("", description="slug of the organisation one speaks for; empty: in one's own name")


class WhoOut(Schema):
    """Who it was, as public pages name people: a name only where she agreed."""

    organisation: str | None
    sector: str
    name: str

    @classmethod
    def of(cls, row: Any) -> "WhoOut":
        """Of a row that `names.name_all` named."""
        return cls(
            organisation=row.organisation.slug if row.organisation else None,
            sector=row.sector,
            name=row.who_more if row.organisation else row.who,
        )
