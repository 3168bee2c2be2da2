"""Other repositories, asked over the network: which hosts may be asked, how long, how much; and what they answer."""
