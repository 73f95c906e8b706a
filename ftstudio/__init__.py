"""Fine-Tuning Studio: fine-tune a language model on your own workstation."""

__version__ = "0.1.0"
