"""The sections of the report (clinical and regulatory findings, §3), each a function of what is told."""
