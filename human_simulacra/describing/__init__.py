"""What describes a data folder, derived from the folder itself: card figures, Croissant file, picture."""
