"""Drawing pieces and plots that every report section uses."""
