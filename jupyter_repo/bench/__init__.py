"""`jupyter repo bench`: how fast this repository is on this machine, beside an empty handler and beside peers."""
