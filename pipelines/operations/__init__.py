"""What keeps an installation running beside the nightly job, such as bringing in public data.

Border: nothing here reads a delivery's content, decides what counts or writes the warehouse.
"""
