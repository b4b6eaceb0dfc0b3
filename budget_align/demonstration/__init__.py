"""The demonstration government: Northmere, which is invented, with its departments' workbooks in their own styles."""
