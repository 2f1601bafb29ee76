"""Which film on which screen at what time, so that the house earns most: plain values in, plain values out.

Everything here is pure: no Django, no database, no clock. Times are whole minutes since an instant that the caller
chooses; turning them into a venue's wall clock, with its clock changes, is the caller's affair (`problem.Day`).
"""
