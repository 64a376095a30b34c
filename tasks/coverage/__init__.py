"""What is expected against what is there, and how a gap is filled."""
