"""HTTP in, HTTP out: requests become commands, outcomes become answers; no rule lives here."""
