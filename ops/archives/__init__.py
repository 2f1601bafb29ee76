"""What a backup is made of: PostgreSQL's own tools, a folder behind Django's storage API, a manifest, and the swap."""
