"""Northmere's invented figures, as its workbooks are written from them."""

from __future__ import annotations

Pair = tuple[float, float]
"""Resource and capital, or last year and this year."""

HEALTH: dict[str, list[tuple[str, Pair, Pair]]] = {
    "Hospital services": [
        ("Acute hospitals", (2140.5, 96.0), (2231.9, 110.4)),
        ("Ambulance service", (88.2, 6.5), (92.6, 7.0)),
        ("Hospital maintenance backlog", (0, 54.0), (0, 61.5)),
    ],
    "Primary and community care": [
        ("General practice", (412.7, 8.2), (436.1, 9.1)),
        ("Dentistry and eye care", (163.4, 0), (169.0, 0)),
        ("Mental health in the community", (121.6, 2.4), (139.8, 3.0)),
        ("Prescription medicines", (338.9, 0), (351.2, 0)),
    ],
    "Public health": [
        ("Immunisation", (41.3, 0), (43.0, 0)),
        ("Healthy eating and school meals standards", (17.8, 0), (19.4, 0)),
        ("Clean air and water monitoring", (9.6, 1.2), (10.1, 1.5)),
    ],
    "Running the department": [
        ("Headquarters", (62.1, 3.4), (63.8, 2.9)),
        ("Income from visitors' charges", (-14.2, 0), (-15.0, 0)),
    ],
}
HEALTH_GRANTS: list[tuple[str, Pair, Pair]] = [
    ("Grants to local authorities for social care", (310.0, 0), (325.0, 0)),
]

LEARNING: list[tuple[str, str, str, str, str, str, str, str, float, float, str]] = [
    # directorate, centre, centre name, programme code, programme, account code, account, type, 2025-26, 2026-27, purpose
    ("Schools", "2101", "School staffing", "L01", "Primary teaching", "5100", "Pay", "Resource", 684120415.50, 702884311.25, "Teachers of pupils aged 5 to 11"),
    ("Schools", "2101", "School staffing", "L02", "Secondary teaching", "5100", "Pay", "Resource", 731904220.00, 748310992.40, "Teachers of pupils aged 12 to 18"),
    ("Schools", "2102", "School running costs", "L01", "Primary teaching", "5400", "Supplies", "Resource", 121480300.10, 124006118.75, "Books, heat and light"),
    ("Schools", "2102", "School running costs", "L02", "Secondary teaching", "5400", "Supplies", "Resource", 138220945.00, 140118230.00, "Books, laboratories, heat and light"),
    ("Schools", "2110", "Inclusion", "L03", "Support for pupils with additional needs", "5100", "Pay", "Resource", 96400210.00, 108225670.90, "Support staff in mainstream and special schools"),
    ("Schools", "2110", "Inclusion", "L04", "Girls into science", "5600", "Grants", "Resource", 3150000.00, 4200000.00, "Clubs and mentors in every district"),
    ("Schools", "2190", "School estate", "L05", "School building", "7100", "Construction", "Capital", 148000000.00, 166500000.00, "Eleven schools rebuilt by 2028"),
    ("Early years", "2201", "Childcare", "L06", "Free childcare for two-year-olds", "5600", "Grants", "Resource", 88600450.00, 101340000.00, "Places in nurseries"),
    ("Early years", "2201", "Childcare", "L07", "Childcare in areas of high poverty", "5600", "Grants", "Resource", 31200000.00, 38750000.00, "Longer hours where incomes are lowest"),
    ("Skills", "2301", "Colleges", "L08", "Technical colleges", "5600", "Grants", "Resource", 212300875.00, 219875300.00, "Courses that lead to work"),
    ("Skills", "2301", "Colleges", "L08", "Technical colleges", "7200", "Equipment", "Capital", 18200000.00, 22400000.00, "Workshops"),
    ("Skills", "2302", "Apprenticeships", "L09", "Apprenticeships", "5600", "Grants", "Resource", 94110320.00, 99870420.00, "Employers' cost of training"),
    ("Universities", "2401", "Teaching grant", "L10", "University teaching", "5600", "Grants", "Resource", 301775000.00, 309000000.00, "Teaching of home students"),
    ("Universities", "2402", "Research", "L11", "Research councils", "5600", "Grants", "Resource", 142600000.00, 151250000.00, "Research and its laboratories"),
    ("Corporate", "2900", "Head office", "L99", "Administration", "5100", "Pay", "Resource", 28455120.00, 28910775.33, "Head office staff"),
    ("Corporate", "2900", "Head office", "L99", "Administration", "8100", "Receipts", "Resource", -2140500.00, -2205000.00, "Rent of spare offices"),
]  # fmt: skip

JUSTICE: dict[str, list[tuple[str, str, int, int]]] = {
    "Policing": [
        ("Neighbourhood policing", "Resource", 312400, 331750),
        ("Serious crime", "Resource", 148200, 151030),
        ("Police vehicles and radios", "Capital", 27300, 24900),
        ("Income from licences", "Resource", -8450, -8700),
    ],
    "Courts and legal aid": [
        ("Courts", "Resource", 96120, 97480),
        ("Court buildings", "Capital", 11800, 14250),
        ("Legal aid", "Resource", 88700, 90300),
        ("Fines collected", "Resource", -21300, -22050),
    ],
    "Prisons and probation": [
        ("Prisons", "Resource", 204900, 211600),
        ("New prison wing", "Capital", 36000, 41500),
        ("Probation and rehabilitation", "Resource", 47250, 52900),
    ],
    "Fire and rescue": [
        ("Fire and rescue service", "Resource", 118600, 121350),
        ("Fire engines", "Capital", 9200, 8800),
    ],
    "Victims and equality": [
        ("Support for victims of domestic abuse", "Resource", 12800, 16900),
        ("Equality and human rights commission", "Resource", 6400, 6600),
    ],
}

TRANSPORT: dict[str, list[tuple[str, int, int]]] = {
    "Public transport": [("Bus services", 84200, 90150), ("Rail services", 221500, 228900), ("Rail electrification", 96000, 118000)],
    "Roads": [("Trunk road maintenance", 132750, 128400), ("Road safety", 14300, 15100)],
    "Walking and cycling": [("Walking and cycling routes", 22000, 31500)],
}  # fmt: skip
PLACES: dict[str, list[tuple[str, int, int]]] = {
    "Housing": [("Affordable homes", 268000, 301000), ("Homelessness prevention", 41200, 46800)],
    "Environment": [
        ("Sewers and drinking water", 118400, 124900),
        ("Nature recovery", 37600, 44100),
        ("Fisheries protection", 12900, 13200),
        ("Waste and recycling", 52300, 55000),
        ("Home insulation", 74500, 96000),
        ("Offshore wind ports", 58000, 83000),
    ],
    "Welfare": [
        ("Family allowance", 402600, 418900),
        ("Disability allowance", 361200, 379400),
        ("Emergency food support", 18300, 17100),
    ],
    "Enterprise": [("Business growth grants", 66400, 69900), ("Rural broadband", 39800, 28500)],
}
PLACES_REVISED: dict[str, int] = {
    # What the autumn revision of 2026-27 changes: ports that are late give to food and to warm homes.
    "Offshore wind ports": 68500,
    "Emergency food support": 23600,
    "Home insulation": 104000,
}
TRANSPORT_FEES: dict[str, list[tuple[str, int, int]]] = {
    "Railways": [("Track access charges", 41800, 43250), ("Station car parks", 2900, 3050)],
    "Roads": [("Bridge tolls", 18600, 19100), ("Licence fees of vehicles", 9350, 9700)],
}
TREASURY: dict[str, list[tuple[str, int, int]]] = {
    "Debt": [("Interest on public debt", 288400, 301750)],
    "Central funds": [("Pay reserve", 60000, 85000), ("Overseas partnership fund", 24000, 26500)],
    "Revenue": [("Tax collection", 73900, 75200), ("Statistics office", 18800, 19300)],
}
CABINET: dict[str, list[tuple[str, int, int]]] = {
    "Centre": [("Cabinet secretariat", 14200, 14600), ("Leadership programme", 2100, 2600)],
    "Civil service": [("Civil service academy", 8300, 9100)],
    "Evidence": [("Evaluation of programmes", 3400, 4200), ("Data office", 5600, 6900)],
}
DISTRICTS: dict[str, tuple[int, float]] = {
    # people in 2025, and what its services cost beside those of an average district
    "Ashby District Council": (142_000, 1.04),
    "Brackwater District Council": (86_000, 0.93),
    "Corrie District Council": (211_000, 1.11),
    "Dunmoor District Council": (48_000, 1.22),
    "Eastholm District Council": (305_000, 0.97),
    "Fellgate District Council": (119_000, 0.89),
    "Glenmarch District Council": (64_000, 1.16),
    "Harrowick District Council": (178_000, 1.00),
}
DISTRICT_SERVICES: list[tuple[str, float, float]] = [
    # units a head, and how much that depends on what the district's services cost
    ("Waste collection and recycling", 58.0, 0.4),
    ("Housing and homelessness", 44.0, -0.5),
    ("Parks and leisure", 37.0, 0.2),
    ("Streets and lights", 21.0, 1.4),
    ("Planning and building control", 15.0, 0.3),
    ("Food and hardship grants", 12.0, 1.8),
    ("Community learning", 9.0, -0.8),
    ("Council offices", 24.0, 0.7),
]
