"""What events announce: who is known to have been there, inside the transaction that wrote it down."""

from django.dispatch import Signal

attended = Signal()  # event, came (a list of `Came`: registrations nothing said of before), by
unattended = Signal()  # event, registration, by: its last line that said so was annulled
