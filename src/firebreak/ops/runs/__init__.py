"""Background work: runs that the desks, the API or the program ask for, with their progress, restartable, on record."""
