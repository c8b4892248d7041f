"""`/api/v1` of co-creation, by what it is about."""
