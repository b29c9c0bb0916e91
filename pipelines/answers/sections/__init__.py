"""What an answer says: one module per section, each returning document blocks.

Border: sections choose and order; they read no table and lay nothing out.
"""
