#!/usr/bin/env python3
"""Draws docs/orbits.svg, the picture of the README, from trajectories that `syzygy simulate` computes.

usage: docs/draw_orbits.py path/to/syzygy > docs/orbits.svg       (Python's standard library alone)
"""
import csv
import io
import subprocess
import sys

# Scenario, end time, samples, title.
PANELS = [
    ("aca", 1.0, 500, "ACA example"),
    ("figure-eight", 6.32591398292621, 300, "Figure-eight"),
    ("moth-1", 14.8943, 700, "Moth I"),
    ("pythagorean", 30.0, 2500, "Pythagorean, to t = 30"),
    ("lagrange", 2.5650996603237, 300, "Lagrange triangle"),
    ("dragonfly", 21.2723, 1000, "Dragonfly"),
]
COLOURS = ["#0072B2", "#D55E00", "#009E73"]  # Okabe and Ito 2008: told apart by colour-blind readers
SIZE, MARGIN, COLUMNS = 250, 16, 3


def trajectory(program, scenario, end, samples):
    command = [program, "simulate", "--scenario", scenario, "--t1", repr(end), "--samples", str(samples), "-o", "-"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    rows = list(csv.DictReader(io.StringIO("\n".join(lines))))
    return [[(float(row[f"x{body}"]), float(row[f"y{body}"])) for row in rows] for body in (1, 2, 3)]


def panel(program, scenario, end, samples, title, left, top):
    paths = trajectory(program, scenario, end, samples)
    points = [point for path in paths for point in path]
    low = [min(p[i] for p in points) for i in (0, 1)]
    high = [max(p[i] for p in points) for i in (0, 1)]
    scale = (SIZE - 2 * MARGIN - 18) / max(high[0] - low[0], high[1] - low[1])

    def place(point):
        x = left + SIZE / 2 + scale * (point[0] - (low[0] + high[0]) / 2)
        y = top + SIZE / 2 + 9 - scale * (point[1] - (low[1] + high[1]) / 2)
        return f"{x:.1f} {y:.1f}"

    out = [f'<rect x="{left + 4}" y="{top + 4}" width="{SIZE - 8}" height="{SIZE - 8}" rx="6" fill="#ffffff" stroke="#c8ccd4"/>',
           f'<text x="{left + SIZE / 2}" y="{top + 24}" text-anchor="middle" font-size="13" fill="#20242c">{title}</text>']
    for colour, path in zip(COLOURS, paths):
        out.append(f'<path d="M{" L".join(place(p) for p in path)}" fill="none" stroke="{colour}" stroke-width="1.2"/>')
    for colour, path in zip(COLOURS, paths):
        x, y = place(path[0]).split()
        out.append(f'<circle cx="{x}" cy="{y}" r="4" fill="{colour}" stroke="#ffffff"/>')
    return out


def main():
    program = sys.argv[1]
    rows = -(-len(PANELS) // COLUMNS)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIZE * COLUMNS}" height="{SIZE * rows}" '
           'font-family="sans-serif"><title>Orbits of six built-in scenarios; dots are the starting points</title>']
    for index, row in enumerate(PANELS):
        out += panel(program, *row, index % COLUMNS * SIZE, index // COLUMNS * SIZE)
    print("\n".join(out + ["</svg>"]))


if __name__ == "__main__":
    main()
