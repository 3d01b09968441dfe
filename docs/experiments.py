#!/usr/bin/env python3
"""Prints docs/experiments.md and draws its figures: every table of it is what `syzygy experiment` prints when it runs.

usage: docs/experiments.py path/to/syzygy > docs/experiments.md               (in the project's folder)
       docs/experiments.py path/to/syzygy --quick > docs/experiments.md       (every experiment with --quick)

Takes some minutes on two cores, one with --quick. Python's standard library alone.
"""
import json
import os
import subprocess
import sys
import tempfile

# (heading, what it is, what to look at, arguments of `syzygy experiment`, figure, its caption)
EXPERIMENTS = [
    ("The ACA paper's three bodies",
     "Zhuang et al., ICML 2020, sec. 4.3: trained on [0, 1], tested on [0, 2]; six models, three gradient methods, several seeds.",
     "A model that knows the law needs three numbers and extrapolates; one that must learn it from one trajectory fits that "
     "trajectory at best. The gradient methods differ little on so short an orbit: what differs is the time they take.",
     ["three-body"], "experiment-three-body.svg",
     "The truth (wide, grey) and what each model predicts (dashed; the median run, trained by ACA), and the error over time."),
    ("A post-Newtonian term, found by a network",
     "The data know a strong first post-Newtonian term of each pair. It is central in the coordinates chosen, but depends on "
     "the direction of the relative velocity, which the pairwise network does not see (it sees the speed): what is left of the "
     "residuals' structure is that.",
     "Newton's residuals are structured (lag 1 near 1) and its predictions drift; the network's force follows the truth where "
     "pairs have been, and not beyond. A common factor of all masses can be traded for a constant part of the network: "
     "the corrected masses are not better determined for it, the law together with them is.",
     ["hidden-force"], "experiment-post-newtonian.svg",
     "Acceleration of a pair along its line, over its mass; shaded: distances that the training window holds; dashed: beyond."),
    ("The same in harmonic coordinates",
     "There the term has a part along the velocity, which no central force has.",
     "The prediction still gains; the law that is found is an effective one and need not follow the true part along the line.",
     ["hidden-force", "--alpha", "0"], None, None),
    ("A body that nobody sees",
     "The three bodies fall about a heavy fourth one; a network of position, velocity and time acts on each of them.",
     "The acceleration towards the unseen body is found over the distances that were sampled, and carries over to the window "
     "behind.",
     ["hidden-force", "--force", "fourth-body"], "experiment-fourth-body.svg",
     "Acceleration towards the unseen body over the distance to it."),
    ("Drag",
     "Each body is slowed in proportion to its velocity; the network is the same as for the unseen body.",
     "The law found is linear in the speed, as the truth is.",
     ["hidden-force", "--force", "drag"], "experiment-drag.svg", "Acceleration against the velocity over the speed."),
    ("The same with the right formula",
     "Instead of a network, the correction `drag` with its one coefficient, by Levenberg-Marquardt.",
     "Where the form of the force is known, one number does better than hundreds.",
     ["hidden-force", "--force", "drag", "--correction", "drag"], None, None),
]


def run(program, arguments):
    done = subprocess.run([program, *arguments], capture_output=True, text=True)
    if done.returncode not in (0, 1):
        sys.exit(f"{' '.join(arguments)}: {done.stderr}")
    return done.stdout


def orders_of_magnitude(rows):
    """What the JSON says of ODE with ACA against the rest, in one sentence."""
    errors = {(row["model"], row["method"]): row["test_mse"] for row in rows}
    ode = errors.get(("ode", "aca"))
    others = {key: value for key, value in errors.items() if key[0] not in ("ode", "ode-correction") and value}
    if not ode or not others:
        return ""
    key = min(others, key=others.get)
    return (f"Measured here: the test MSE of ODE with ACA is {ode:.2g}; the best of LSTM and NODE ({key[0]}, {key[1]}) has "
            f"{others[key]:.2g}, {others[key] / ode:.2g} times as much.\n")


def main():
    program, extra = sys.argv[1], sys.argv[2:]
    folder = os.path.dirname(os.path.abspath(__file__))
    print("# Experiments\n")
    print("Printed by `docs/experiments.py`; every number below comes from the command above it. Times depend on the machine. "
          "`syzygy experiment --help` says exactly what is done." +
          (" With `--quick`, models are trained for a tenth of their epochs." if "--quick" in extra else "") + "\n")
    for heading, what, look, arguments, figure, caption in EXPERIMENTS:
        arguments = [*arguments, *extra]
        shown = ["experiment", *arguments, "--markdown", "-"]
        if figure:
            shown += ["--figure", f"docs/{figure}"]
        print(f"## {heading}\n\n{what}\n\n    syzygy {' '.join(shown)}\n")
        with tempfile.NamedTemporaryFile(suffix=".json") as result:
            command = ["experiment", *arguments, "--markdown", "-", "--json", result.name]
            if figure:
                command += ["--figure", os.path.join(folder, figure)]
            print(run(program, command))
            with open(result.name) as file:
                numbers = json.load(file)
        if numbers["experiment"] == "three-body":
            print(orders_of_magnitude(numbers["rows"]))
        print(f"What to look at: {look}\n")
        if figure:
            print(f"![{caption}]({figure})\n\n{caption}\n")


main()
