"""Answers: from the published warehouse to the folder somebody can send.

``questions`` holds what was asked, ``figures`` and ``disclosure`` what may be printed, ``sections``
what is said, ``rendering`` how it looks, ``answer`` the folder that appears whole or not at all.

Border: nothing here decides what counts; every number was counted and checked before publication.
"""
