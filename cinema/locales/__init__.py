"""How each language writes numbers and dates, where Django does not know it (FORMAT_MODULE_PATH)."""
