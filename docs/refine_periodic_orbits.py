#!/usr/bin/env python3
"""Refines published initial conditions of planar periodic three-body orbits.

The digits of physics/scenarios/periodic.cpp come from this command (half a minute an orbit):

    pip install gmpy2 numpy
    python3 docs/refine_periodic_orbits.py [id ...]

Each orbit starts on a line: bodies at (x_i, 0), G = 1, centre of mass at rest at the origin.
The published digits are the first guess of a Gauss-Newton iteration on the unknowns and the
period T, whose residual is the state after T less the state at 0: twelve equations, zero at a
periodic orbit. The iteration runs in doubles first, then with the last Jacobian and residuals
of 113 bits. Integration: Taylor series of order 30, the coefficients by automatic
differentiation, the step from the last two of them.

Printed for each orbit: the unknowns and T to 17 significant digits, the closing distance
(Euclidean, of all 12 coordinates) that the 17-digit values have in 113-bit arithmetic, and the
largest singular value of the Jacobian: the factor by which rounding of the unknowns grows.
"""
import sys
from operator import mul

import gmpy2
import numpy as np
from gmpy2 import mpfr

gmpy2.get_context().precision = 113
ORDER = 30


def isosceles(unknowns):
    """Bodies 1, 2, 3 at x = -1, 1, 0; v1 = v2 = (p, q), v3 = -2 (p, q); equal masses."""
    p, q = unknowns
    return [-1, 1, 0], [0, 0, 0], [p, p, -2 * p], [q, q, -2 * q], [1, 1, 1]


def collinear(x1):
    """All velocities along y; unknown: x2, w1, w2; equal masses, so body 3 balances the others."""

    def start(unknowns):
        x2, w1, w2 = unknowns
        x = type(x2)(float(x1))
        return [x, x2, -x - x2], [0, 0, 0], [0, 0, 0], [w1, w2, -w1 - w2], [1, 1, 1]

    return start


# id: (start, published unknowns, published period)
ORBITS = {
    # Suvakov and Dmitrasinovic, Phys. Rev. Lett. 110, 114301 (2013), Table I.
    "butterfly-1": (isosceles, ["0.30689", "0.12551"], "6.2356"),
    "moth-1": (isosceles, ["0.46444", "0.39606"], "14.8939"),
    "goggles": (isosceles, ["0.08330", "0.12789"], "10.4668"),
    "dragonfly": (isosceles, ["0.08058", "0.58884"], "21.2710"),
    "yin-yang-1a": (isosceles, ["0.51394", "0.30474"], "17.3284"),
    # Broucke, Celestial Mechanics 12, 439 (1975); digits of the Three-body Gallery, three-body.ipb.ac.rs.
    # x1 stays as printed and fixes the scale.
    "broucke-a2": (collinear("0.3361300950"),
                   ["0.7699893804", "1.5324315370", "-0.6287350978"], "7.702408"),
    "broucke-r2": (collinear("0.9060893715"),
                   ["-0.6909723536", "0.9658548899", "-1.6223214842"], "5.704198"),
}


def convolve(a, b, k):
    return sum(map(mul, a[: k + 1], b[k::-1]))


def series(x, y, u, w, m):
    """Taylor coefficients 0..ORDER of the coordinates x, y of the three bodies."""
    X = [[x[i], u[i]] for i in range(3)]
    Y = [[y[i], w[i]] for i in range(3)]
    pairs = {pair: ([], [], [], []) for pair in ((0, 1), (0, 2), (1, 2))}  # dx, dy, r^2, r^-3
    for k in range(ORDER - 1):
        ax, ay = [0, 0, 0], [0, 0, 0]
        for (i, j), (dx, dy, s, c) in pairs.items():
            dx.append(X[j][k] - X[i][k])
            dy.append(Y[j][k] - Y[i][k])
            s.append(convolve(dx, dx, k) + convolve(dy, dy, k))
            if k == 0:
                c.append(1 / (s[0] * s[0] ** 0.5))
            else:  # c = s^(-3/2) solves s c' = -3/2 s' c
                c.append(sum((k - n + 1.5 * n) * s[n] * c[k - n] for n in range(1, k + 1)) / (-k * s[0]))
            gx, gy = convolve(dx, c, k), convolve(dy, c, k)
            ax[i], ay[i] = ax[i] + m[j] * gx, ay[i] + m[j] * gy
            ax[j], ay[j] = ax[j] - m[i] * gx, ay[j] - m[i] * gy
        for i in range(3):
            X[i].append(ax[i] / ((k + 1) * (k + 2)))
            Y[i].append(ay[i] / ((k + 1) * (k + 2)))
    return X, Y


def flow(number, x, y, u, w, m, period):
    """The state (x, y, u, w of the three bodies) after one period, in arithmetic of `number`."""
    tolerance = 1e-17 if number is float else 1e-33
    remaining = number(period)
    while remaining > 0:
        X, Y = series(x, y, u, w, m)
        h = remaining
        for n in (ORDER - 1, ORDER):
            h = min(h, number((tolerance / float(max(abs(c[n]) for c in X + Y))) ** (1 / n)))
        powers = [h**n for n in range(ORDER + 1)]
        slopes = [n * powers[n - 1] for n in range(1, ORDER + 1)]
        x, u = [sum(map(mul, c, powers)) for c in X], [sum(map(mul, c[1:], slopes)) for c in X]
        y, w = [sum(map(mul, c, powers)) for c in Y], [sum(map(mul, c[1:], slopes)) for c in Y]
        remaining -= h
    return x + y + u + w


def closing(number, start, z):
    """State after one period less the state at the start; z: the unknowns and the period."""
    x, y, u, w, m = start([number(v) for v in z[:-1]])
    x, y, u, w = ([number(v) for v in part] for part in (x, y, u, w))
    after = flow(number, x, y, u, w, m, z[-1])
    return np.array([float(a - b) for a, b in zip(after, x + y + u + w)])


def refine(start, z):
    z = [float(v) for v in z]
    for _ in range(20):
        r = closing(float, start, z)
        print(f"    closes to {np.linalg.norm(r):.3g}", file=sys.stderr, flush=True)
        J = np.empty((12, len(z)))
        for c in range(len(z)):
            step = 1e-7
            plus, minus = list(z), list(z)
            plus[c] += step
            minus[c] -= step
            J[:, c] = (closing(float, start, plus) - closing(float, start, minus)) / (2 * step)
        if np.linalg.norm(r) < 1e-8:
            break
        z = [float(v) for v in np.array(z) - np.linalg.lstsq(J, r, rcond=None)[0]]
    z = [mpfr(v) for v in z]
    for _ in range(4):
        r = closing(mpfr, start, z)
        print(f"    closes to {np.linalg.norm(r):.3g}", file=sys.stderr, flush=True)
        if np.linalg.norm(r) < 1e-21:
            break
        z = [v - mpfr(d) for v, d in zip(z, np.linalg.lstsq(J, r, rcond=None)[0])]
    return [float(v) for v in z], np.linalg.svd(J, compute_uv=False)[0]


for name in sys.argv[1:] or ORBITS:
    start, unknowns, period = ORBITS[name]
    z, growth = refine(start, unknowns + [period])
    print(name, " ".join(f"{v:.17g}" for v in z),
          f"closes to {np.linalg.norm(closing(mpfr, start, z)):.2g}, growth {growth:.3g}", flush=True)
