"""The frame of the back office: its site, and its navigation by task."""
