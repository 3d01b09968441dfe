#!/usr/bin/env bash
# In the ECSV header of an Astropy 8.0.2 Time column, `scale:` is not the scale of the numbers if the format counts seconds
# from an epoch of its own. A Time of scale utc in the format cxcsec is written with `scale: utc` and the seconds of TT:
#   2017-07-10T00:00:00 UTC -> scale: utc, 616032069.184
#   2017-07-10T00:00:00 TT  -> scale: tt,  616032000.0
# A reader that adds the number to 1998-01-01 in the scale that the header names is 69.184 s late. The same holds for gps and
# unix_tai (TAI), and the other way round for unix, whose numbers are UTC beside `scale: tdb` too.
#
# Exits 0 if this is still so, 1 if it has changed, 2 if it could not be tried. Needs python3 with venv and the network.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" && "$folder/venv/bin/pip" install --quiet astropy==8.0.2 numpy==2.4.6 PyYAML==6.0.3 || exit 2
"$folder/venv/bin/python" - <<'PY'
import io, sys
from astropy.table import QTable
from astropy.time import Time

def written(format, scale):
    column = Time(["2017-07-10T00:00:00"], scale=scale)
    column.format = format
    table = QTable()
    table["t"] = column
    text = io.StringIO()
    table.write(text, format="ascii.ecsv")
    lines = text.getvalue().splitlines()
    assert any(line.strip("# ") == f"scale: {scale}" for line in lines), "the header names another scale"
    return float(lines[-1])

changed = False
for format, scale, value in [("cxcsec", "utc", 616032069.184), ("cxcsec", "tt", 616032000.0), ("gps", "utc", 1183680018.0),
                             ("unix", "utc", 1499644800.0), ("unix", "tai", 1499644763.0)]:
    seen = written(format, scale)
    print(f"{format:8} scale: {scale}   {seen:.3f}")
    changed = changed or abs(seen - value) > 1e-3
sys.exit(1 if changed else 0)
PY
