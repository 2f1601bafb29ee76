"""Values that later runs are measured against, by (screens, films, seed); they are data and do not follow the code."""

Values = dict[tuple[int, int, int], float]

# The greedy as it was first published: no day was thought over.
FIRST_GREEDY: Values = {
    (4, 6, 1): 131597.10,
    (4, 6, 2): 136109.76,
    (4, 6, 3): 108039.49,
    (8, 10, 1): 313712.61,
    (8, 10, 2): 301066.29,
    (8, 10, 3): 407843.45,
    (12, 14, 1): 462348.61,
    (12, 14, 2): 505050.44,
    (12, 14, 3): 626084.72,
    (20, 20, 1): 922209.06,
    (20, 20, 2): 858265.19,
    (20, 20, 3): 865935.20,
}

# The best plan anybody found, whatever it took, to the unit; up to 8x10 proved by SCIP and CBC alike.
BEST_KNOWN: Values = {
    (4, 6, 1): 144273.0,
    (4, 6, 2): 139917.0,
    (4, 6, 3): 120214.0,
    (8, 10, 1): 324983.0,
    (8, 10, 2): 324358.0,
    (8, 10, 3): 426067.0,
    (12, 14, 1): 480642.0,
    (12, 14, 2): 527503.0,
    (12, 14, 3): 683425.0,
    (20, 20, 1): 957080.0,
    (20, 20, 2): 886398.0,
    (20, 20, 3): 891126.0,
}
