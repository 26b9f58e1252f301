"""Settings: declared once in `schema`, collected in `load` (options beat variables beat the file beats the default)."""
