"""Dialogue mathematics: votes in, figures out. Pure numpy, seeded, no database; numpy is loaded by whoever computes.

`matrix` puts votes into a table, `projection` finds its two main axes, `consensus` counts agreement by parties,
`groups` looks for opinion groups behind a gate, `dividing` finds what divides, `routing` chooses the next statement,
`public_files` reads conversations published as CSV. The formulas stand in `docs/opinions.md`.
"""
