"""Tables that go out as CSV or Excel, are edited in a spreadsheet, and come back: one module each."""
