"""How fast, how frugal and how exact metrax is beside other metrics libraries."""
