"""One factory per model: the smallest valid object, ready to sell."""
