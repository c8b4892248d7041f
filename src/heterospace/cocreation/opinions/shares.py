"""What pages need to know of the figures, without numpy."""

LEAST_PEOPLE = 50  # who gave enough votes, before opinion groups are looked for
LEAST_AGREEMENT = 0.8  # of the groups found when the crowd is drawn anew, in the middle of all draws


def percent(part: int, whole: int) -> int:
    """Whole per cent; 0 of nothing."""
    return round(100 * part / whole) if whole else 0
