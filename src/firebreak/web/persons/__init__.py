"""The pages of the persons desk and of the review queue: they show the lake, which the desks themselves do not know."""
