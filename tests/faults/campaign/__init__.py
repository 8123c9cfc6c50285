"""Letters among five real nodes while everything goes wrong that can be made to: `make faults`."""
