"""Local web pages for people: a server for this machine alone, and the frame and style that its pages share."""
