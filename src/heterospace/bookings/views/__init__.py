"""The pages of bookings, by what people do."""
