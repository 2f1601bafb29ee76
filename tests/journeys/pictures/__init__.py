"""The walks of `make screenshots`: what is looked at, and the story that leads there."""
