"""The structure of a sheet: its grid, regions, header rows and the roles of cells."""
