"""English as written in India."""

NUMBER_GROUPING = (3, 2, 0)  # 12,34,567
DATE_FORMAT = "j M Y"
DATETIME_FORMAT = "j M Y, g:i A"
SHORT_DATE_FORMAT = "d/m/Y"
SHORT_DATETIME_FORMAT = "d/m/Y g:i A"
MONTH_DAY_FORMAT = "j F"
TIME_FORMAT = "g:i A"
FIRST_DAY_OF_WEEK = 1
