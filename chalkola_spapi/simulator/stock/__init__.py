"""What the seller sells and how much of it lies where: a catalogue, orders, and stock levels."""
