"""What members announce to the apps above."""

from django.dispatch import Signal

# person, purposes: what she agreed to before and does not any more, inside the transaction that wrote it down
consent_withdrawn = Signal()
