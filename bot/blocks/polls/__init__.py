"""Every sentence about polls."""
