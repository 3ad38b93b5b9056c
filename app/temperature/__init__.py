"""How cold it was, how long it was not, and what nobody knows: readings, series, excursions, exposure."""
