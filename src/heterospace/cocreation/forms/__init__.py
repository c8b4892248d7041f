"""The shape and wording of what people type in co-creation, by what it is about."""
