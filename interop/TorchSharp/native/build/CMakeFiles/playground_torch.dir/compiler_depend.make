# Empty compiler generated dependencies file for playground_torch.
# This may be replaced when dependencies are built.
