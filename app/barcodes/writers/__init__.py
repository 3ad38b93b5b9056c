"""How each kind of symbol is written; ``app.barcodes.build`` offers it all under one name."""
