"""The API of co-creation, by what it is about."""
