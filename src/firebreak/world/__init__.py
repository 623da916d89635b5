"""The drill: a synthetic province with a known truth. Everybody in it is invented; all of it says 演练/DRILL."""
