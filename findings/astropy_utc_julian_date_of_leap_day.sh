#!/usr/bin/env bash
# In Astropy 8.0.2 (pyerfa 2.0.1.5, ERFA's quasi-JD) the fraction of a Julian date in UTC is of the day's own length. On a day that ends with a
# leap second it is of 86401 s, so the usual 86400 times the fraction is wrong by up to a second:
#   2016-12-31T21:00:00 UTC -> jd 2457754.374989873, and (jd - 2457753.5) 86400 s is 20:59:59.1
#   2016-12-30T21:00:00 UTC -> jd 2457753.375
# The same holds for mjd and for what ECSV keeps of a Time column in these formats. A reader that takes JD(UTC) for a uniform count of
# 86400 s days places rows of such a day up to 1 s early, and nothing in the file says so.
#
# Exits 0 if this is still so, 1 if it has changed, 2 if it could not be tried. Needs python3 with venv and the network.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" && "$folder/venv/bin/pip" install --quiet astropy==8.0.2 numpy==2.4.6 pyerfa==2.0.1.5 PyYAML==6.0.3 || exit 2
"$folder/venv/bin/python" - <<'PY'
import sys
from astropy.time import Time

changed = False
for date, midnight, seconds in [("2016-12-31T21:00:00", 2457753.5, 75599.125), ("2016-12-30T21:00:00", 2457752.5, 75600.0)]:
    jd = Time(date, scale="utc").jd
    read = (jd - midnight) * 86400
    print(f"{date} UTC   jd {jd:.9f}   {read:.3f} s after midnight by 86400 s a day")
    changed = changed or abs(read - seconds) > 1e-3
sys.exit(1 if changed else 0)
PY
