"""The states and union territories of India as GST numbers them: the first two digits of a GSTIN.

Source: the state code list of the GST portal (services.gst.gov.in). Admission to an event is supplied where it is held
(IGST Act, 2017, s. 12(6)), so the place of supply is the venue's state, whoever buys.
"""

from typing import Final

STATES: Final = {
    "01": "Jammu and Kashmir",
    "02": "Himachal Pradesh",
    "03": "Punjab",
    "04": "Chandigarh",
    "05": "Uttarakhand",
    "06": "Haryana",
    "07": "Delhi",
    "08": "Rajasthan",
    "09": "Uttar Pradesh",
    "10": "Bihar",
    "11": "Sikkim",
    "12": "Arunachal Pradesh",
    "13": "Nagaland",
    "14": "Manipur",
    "15": "Mizoram",
    "16": "Tripura",
    "17": "Meghalaya",
    "18": "Assam",
    "19": "West Bengal",
    "20": "Jharkhand",
    "21": "Odisha",
    "22": "Chhattisgarh",
    "23": "Madhya Pradesh",
    "24": "Gujarat",
    "26": "Dadra and Nagar Haveli and Daman and Diu",
    "27": "Maharashtra",
    "29": "Karnataka",
    "30": "Goa",
    "31": "Lakshadweep",
    "32": "Kerala",
    "33": "Tamil Nadu",
    "34": "Puducherry",
    "35": "Andaman and Nicobar Islands",
    "36": "Telangana",
    "37": "Andhra Pradesh",
    "38": "Ladakh",
}


def place_of_supply(gstin: str) -> str:
    """Name the state of a GSTIN with its code, like 27 Maharashtra; nothing for a house without one."""
    code = gstin[:2]
    return f"{code} {STATES[code]}" if code in STATES else ""
