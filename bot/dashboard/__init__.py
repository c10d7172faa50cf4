"""What practices ask, at a glance: web pages over the live database, read-only. Needs the extra `dashboard`."""
