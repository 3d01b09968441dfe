#!/usr/bin/env bash
# Astropy 8.0.2 rounds a Time column when it writes ECSV, by as much as the column's `format` says, and says nothing: the header
# holds the format, not the loss. A Time keeps two doubles (some 1e-11 s); the file holds the value of the format alone.
#
# Largest difference after writing and reading 2000 epochs within 1000 days of JD 2457944.5:
#   jd 20 us, mjd 0.3 us, jyear 4 us, cxcsec 0.06 us, datetime64 0.5 ns
#   iso, isot, fits, yday 0.5 ms (attribute precision = 3 decimals of a second)
#   jyear_str 4 hours (precision = 3 decimals of a year)
# So a table of Julian dates is 25 times as exact as one of dates to look at, and one of jyear_str is useless for orbits.
#
# Exits 0 if this is still so, 1 if it has changed, 2 if it could not be tried. Needs python3 with venv and the network.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" && "$folder/venv/bin/pip" install --quiet astropy==8.0.2 numpy==2.4.6 PyYAML==6.0.3 || exit 2
"$folder/venv/bin/python" - <<'PY'
import io, sys
import numpy as np
from astropy.table import QTable, Table
from astropy.time import Time

epochs = Time(2457944.5, np.random.default_rng(1).random(2000) * 1000, format="jd", scale="tdb")
expected = {"jd": (1e-5, 4e-5), "mjd": (1e-7, 6e-7), "jyear": (1e-6, 1e-5), "cxcsec": (1e-8, 1e-6), "datetime64": (0, 1e-8),
            "isot": (3e-4, 6e-4), "fits": (3e-4, 6e-4), "yday": (3e-4, 6e-4), "jyear_str": (7200, 18000)}
changed = False
for format, (least, most) in expected.items():
    column = Time(epochs)
    column.format = format
    table = QTable()
    table["t"] = column
    text = io.StringIO()
    table.write(text, format="ascii.ecsv")
    again = Table.read(text.getvalue(), format="ascii.ecsv")["t"]
    lost = np.abs((again - epochs).sec).max()
    print(f"{format:12} {lost:.2e} s")
    changed = changed or not least <= lost <= most
sys.exit(1 if changed else 0)
PY
