"""What bench/ measures with: the slicer's figures, ours, and the statistics of their difference."""
