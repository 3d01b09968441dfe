#!/usr/bin/env python3
"""Prints docs/gradient-methods.md: every table of it is what `syzygy` prints when it runs.

usage: docs/gradient_methods.py path/to/syzygy > docs/gradient-methods.md
       docs/gradient_methods.py path/to/syzygy path/to/syzygy-studio > docs/gradient-methods.md     (draws the figures, too)

Python's standard library alone.
"""
import json
import subprocess
import sys

CLAIMS = {
    "discrete": "its discrete solution, steps held",
    "own-discrete": "the discrete solution of its own step",
    "search": "its discrete solution, step sizes included",
    "differences": "its discrete solution, by differences",
    "continuous": "the exact solution, approximately",
}

# (heading, what it is, what to look at, arguments of `syzygy compare` without --markdown)
TABLES = [
    ("The ACA paper's cost table, measured",
     "Three bodies, the example of the ACA paper, Dopri5 at 1e-7. The formulas are the papers', in N accepted steps, N_r steps "
     "of a backward solve, m attempts per accepted step and s stages, with the numbers of this very run. They count a step as "
     "one evaluation, but for the symplectic adjoint's; the measured columns count single evaluations.",
     "Beside each formula stands what was counted. Depth is counted in evaluations, s of them a step.",
     ["--scenario", "aca", "--rtols", "1e-7", "--adjoint-reset", "no", "--columns",
      "gradient,outcome,rhs_evaluations,vjp_evaluations,formula_computation,bytes,formula_memory,graph_depth,formula_depth,"
      "reverse_error"]),
    ("Work and precision on the ACA example",
     "Relative error of the gradient (masses and initial state together) against the reference, and the run time divided by "
     "that of a plain forward solve at the same tolerance.",
     "At loose tolerances no method's gradient is worth having: the bodies' close approach amplifies every error. Methods that "
     "differentiate the same discrete solution have the same error.",
     ["--scenario", "aca", "--columns", "gradient,rtol,outcome,relative_error,seconds_over_forward,rhs_evaluations"]),
    ("Error against the horizon: the ACA paper's toy problem",
     "dz/dt = k z with L = z(T)^2, whose gradient is known in closed form.",
     "The error of the derivative with respect to k grows with the horizon.",
     ["--problem", "decay", "--horizons", "1,2,5,10,20", "--rtols", "1e-5", "--columns",
      "gradient,horizon,relative_error,parameter_error,reverse_error"]),
    ("The same, growing instead of decaying",
     "The rate's sign turned: the way back is the stable one now.",
     "Compare the reverse errors of the adjoint with those above.",
     ["--problem", "decay", "--parameters", "0.5", "--horizons", "1,2,5,10,20", "--rtols", "1e-5", "--gradients",
      "aca,adjoint,mali,reversible", "--columns", "gradient,horizon,relative_error,parameter_error,reverse_error"]),
    ("The way back on Van der Pol's limit cycle",
     "The limit cycle attracts forward in time and repels backward.",
     "The reverse error is the largest distance between the backward and the forward trajectory. It is zero for methods that keep "
     "states; a backward solve leaves the forward trajectory; reversible methods retrace it to rounding.",
     ["--problem", "van-der-pol", "--gradients", "aca,adjoint,mali,reversible", "--rtols", "1e-3,1e-5,1e-7", "--columns",
      "gradient,rtol,outcome,relative_error,reverse_error,rhs_evaluations"]),
    ("The symplectic adjoint paper's ordering of memory and time",
     "The table compares methods that are exact for the accepted steps, from a tape of the whole solve to one evaluation at a "
     "time, with solver methods of few and of many stages. The continuous adjoint is added for comparison.",
     "Memory falls from naive to symplectic as the paper has it; the time paid for it is the last column. The adjoint, here "
     "without resets, needs the least memory but is not the exact gradient of any discrete solution; with a reset at each of the "
     "thousand observations it keeps one state per observation.",
     ["--scenario", "aca", "--gradients", "naive,backprop,aca-tape,aca,symplectic,aca-binomial,adjoint", "--methods",
      "rk23,dopri5,dop853", "--rtols", "1e-6", "--adjoint-reset", "no", "--columns",
      "gradient,method,forward_accepted,checkpoint_bytes,tape_bytes_peak,bytes,seconds_over_forward"]),
    ("MALI loses its way back when eta falls below 1",
     "Harmonic oscillator at one tolerance; rounding grows by 1 / |1 - 2 eta| a step on the way back.",
     "At 1 there is rounding alone; at 0.95 it begins to show, and at 0.9 nothing is left of the gradient.",
     ["--problem", "oscillator", "--gradients", "mali", "--rtols", "1e-3", "--vary", "eta=1,0.999,0.99,0.95,0.9,0.8", "--columns",
      "variant,outcome,forward_accepted,relative_error,reverse_error"]),
    ("A stiff problem",
     "Van der Pol with mu = 100: explicit methods are held down by stability, not by accuracy.",
     "The steps hardly change with the tolerance; a method of low order with its own step control ends at its limit.",
     ["--problem", "van-der-pol", "--parameters", "100", "--horizons", "5", "--rtols", "1e-4,1e-7", "--columns",
      "gradient,rtol,outcome,forward_accepted,relative_error"]),
]

# (file in docs/, caption, arguments of `syzygy-studio`): add figures here, and nowhere else.
FIGURES = [
    ("compare-precision.svg", "Error of the gradient against evaluations on the ACA example; one mark per tolerance, 1e-3 to 1e-9.",
     ["--scenario", "aca", "--gradients", "aca,aca-binomial,symplectic,adjoint,naive,backprop,reversible,forward", "--rtols",
      "1e-3,1e-4,1e-5,1e-6,1e-7,1e-8,1e-9", "--theme", "light", "--export", "compare-precision=docs/compare-precision.svg"]),
    ("compare-steps.svg", "Bytes held at most against accepted steps, the same runs.",
     ["--scenario", "aca", "--gradients", "aca,aca-binomial,symplectic,adjoint,naive,backprop,reversible,forward", "--rtols",
      "1e-3,1e-4,1e-5,1e-6,1e-7,1e-8,1e-9", "--theme", "light", "--export", "compare-steps=docs/compare-steps.svg"]),
    ("compare-horizon.svg", "dz/dt = k z: error of the gradient against the horizon, at one tolerance.",
     ["--problem", "decay", "--gradients", "aca,adjoint,naive,mali,reversible", "--rtols", "1e-5", "--horizons", "1,2,4,6,8,10",
      "--theme", "light", "--export", "compare-horizon=docs/compare-horizon.svg"]),
    ("compare-reverse.svg", "Van der Pol: the adjoint on its way back at 3e-3 leaves the forward trajectory at 1e-5; ACA and MALI "
     "stay on it.",
     ["--problem", "van-der-pol", "--gradients", "adjoint,aca,mali", "--rtols", "1e-5", "--adjoint-rtol", "3e-3", "--theme",
      "light", "--export", "compare-reverse=docs/compare-reverse.svg"]),
    ("compare-drift.svg", "MALI on the harmonic oscillator with eta = 0.95: on its way back, from right to left, rounding grows by "
     "the same factor every step.",
     ["--problem", "oscillator", "--gradients", "aca,mali", "--rtols", "1e-3", "--eta", "0.95", "--theme", "light", "--export",
      "compare-drift=docs/compare-drift.svg"]),
    ("compare-memory.svg", "Bytes held over a run on the ACA example: forward at the left, backward at the right.",
     ["--scenario", "aca", "--gradients", "aca,aca-binomial,aca-tape,symplectic,reversible", "--rtols", "1e-5", "--theme", "light",
      "--export", "compare-memory=docs/compare-memory.svg"]),
]


def run(program, arguments):
    done = subprocess.run([program, *arguments], capture_output=True, text=True)
    if done.returncode not in (0, 1):
        sys.exit(f"{' '.join(arguments)}: {done.stderr}")
    return done.stdout


def command_line(program, arguments):
    quoted = [f"'{a}'" if any(c in a for c in " ()") else a for a in arguments]
    return "    " + " ".join([program, *quoted])


def methods_table(program):
    rows = json.loads(run(program, ["list", "gradients", "--json", "-"]))["gradients"]
    print("| method | differentiates | solver methods | source |\n|---|---|---|---|")
    for row in rows:
        print(f"| `{row['id']}` {row['label']} | {CLAIMS[row['claim']]} | {row['solvers']} | {row['source']} |")
    print()
    for row in rows:
        print(f"**{row['label']}** (`{row['id']}`). {row['look']}\n")


def problems_table(program):
    print("| problem | parameters | source | what for |\n|---|---|---|---|")
    for row in json.loads(run(program, ["list", "problems", "--json", "-"]))["problems"]:
        names = ", ".join(f"{name} = {value:.6g}" for name, value in zip(row["parameters"], row["parameter_values"]))
        print(f"| `{row['id']}` {row['label']} | {names} | {row['source']} | {row['help']} |")
    print()


def main():
    program = sys.argv[1]
    studio = sys.argv[2] if len(sys.argv) > 2 else None
    print("# Gradient methods side by side\n")
    print("Printed by `docs/gradient_methods.py`; every number below comes from the command above it. Times depend on the "
          "machine.\n")
    print("## The methods, and what to look at\n")
    methods_table(program)
    print("## The test problems\n")
    problems_table(program)
    for heading, what, look, arguments in TABLES:
        print(f"## {heading}\n\n{what}\n")
        arguments = ["compare", *arguments, "--markdown"]
        print(command_line("syzygy", arguments), "\n")
        print(run(program, arguments))
        print(f"What to look at: {look}\n")
    for file, caption, arguments in FIGURES:
        print(f"![{caption}]({file})\n\n{caption}\n\n{command_line('syzygy-studio', arguments)}\n")
        if studio:
            run(studio, arguments)


main()
