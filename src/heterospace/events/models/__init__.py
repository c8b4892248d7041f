"""Events with their seats, registrations, the attendance ledger, and what an event leaves behind."""

from .attendance import Annulment, OnlineVisit, Scan
from .event import (
    Event,
    EventParty,
    EventSeries,
    Helper,
    Invitation,
    KeptSeats,
    Seats,
    Session,
    Speaker,
)
from .papers import Certificate, CertificateRule, EventText, EvidenceFile, Mailing
from .registration import Registration
from .report import Report

__all__ = [
    "Annulment",
    "Certificate",
    "CertificateRule",
    "Event",
    "EventParty",
    "EventSeries",
    "EventText",
    "EvidenceFile",
    "Helper",
    "Invitation",
    "KeptSeats",
    "Mailing",
    "OnlineVisit",
    "Registration",
    "Report",
    "Scan",
    "Seats",
    "Session",
    "Speaker",
]
