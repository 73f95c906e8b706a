"""The graphics cards of this computer, asked through NVML; never through torch."""
