"""审计: the export bundle, and a verifier and recount that share no line with the rest."""
