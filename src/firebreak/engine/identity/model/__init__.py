"""The probabilistic layer: settings, training, the saved model, scoring."""
