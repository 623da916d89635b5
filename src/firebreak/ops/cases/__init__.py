"""The case desk: cases, the lists that one press traces from them, their clocks."""
