"""The network as the people see it who answer for a site: which one it is, who is in it, and how each of them is doing."""
