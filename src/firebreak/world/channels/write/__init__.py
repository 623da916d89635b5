"""Files as institutions write them: one writer a form, all of them from a frame of texts to bytes."""
