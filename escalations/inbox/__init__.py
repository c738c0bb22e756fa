"""Mail in: from raw bytes to what they say, whatever state they are in. No rows and no Django in here."""
