"""Import and export: the sheets of all apps behind one page and two commands."""
