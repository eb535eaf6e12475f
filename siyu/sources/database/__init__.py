"""Tables of a CRM or ERP, read since the last time and landed like any other export."""
