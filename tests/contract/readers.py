"""Readers that no one here wrote. What they warn of at their import is theirs to mend."""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import gseapy
    import sssom_pydantic
    from gseapy.parser import read_gmt
    from sssom.parsers import parse_sssom_table
    from sssom.writers import write_table

__all__ = ["gseapy", "parse_sssom_table", "read_gmt", "sssom_pydantic", "write_table"]
