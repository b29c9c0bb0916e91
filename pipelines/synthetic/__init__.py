"""Synthetic deliveries in the real layouts: the shipped sample, demonstrations, and scale.

``world.yml`` says what the invented world looks like, ``landmarks.yml`` holds the hand-designed
offerings and enrolment lines whose results are known, ``faults.yml`` the rows and files that
must be rejected. The code only multiplies them, the same bytes for the same seed every time.

Border: nothing here reads a delivery, and nothing that reads deliveries imports from here; the
generator stands where the institutions stand.
"""
