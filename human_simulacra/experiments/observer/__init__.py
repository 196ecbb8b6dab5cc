"""The observer report: judges describe and compare what a character answered to open situations."""
