"""The pages of events: what is on, one event, coming to it."""
