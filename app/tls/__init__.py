"""How the service is reached under TLS: an authority of its own, or the certificate it was given."""
