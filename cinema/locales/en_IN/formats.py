"""English as written in India."""

NUMBER_GROUPING = (3, 2, 0)  # 12,34,567
DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y, g:i a"
SHORT_DATE_FORMAT = "d/m/Y"
SHORT_DATETIME_FORMAT = "d/m/Y g:i a"
MONTH_DAY_FORMAT = "j F"
TIME_FORMAT = "g:i a"
FIRST_DAY_OF_WEEK = 1
