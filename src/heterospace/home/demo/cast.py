"""The invented people of the demonstration."""

from dataclasses import dataclass

SEED = "hetero"


@dataclass(frozen=True)
class Cast:
    """One of the invented people of the demonstration, and why one would want to be her."""

    key: str
    name: str
    regency: str
    whatsapp: str

    @property
    def email(self) -> str:
        """What she signs in with."""
        return f"{self.key}@demo.example"


CAST = (
    Cast("sari", "Sari Wulandari", "33.74", "081200000001"),
    Cast("bagus", "Bagus Prakoso", "33.74", "081200000002"),
    Cast("wulan", "Wulan Maharani", "33.72", "081200000003"),
    Cast("dimas", "Dimas Aditya", "33.74", "081200000004"),
    Cast("ratna", "Ratna Kusumawati", "33.74", "081200000005"),
    Cast("hendro", "Hendro Susilo", "33.22", "081200000006"),
)
