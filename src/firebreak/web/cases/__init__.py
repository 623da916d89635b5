"""The pages of the case desk: cases, one press to a list, its seat maps and stations, clocks."""
