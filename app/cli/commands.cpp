#include "app/cli/commands.hpp"

#include <array>

namespace syzygy {

std::span<const Command> commands()
{
    static constexpr std::array table{
        Command{"simulate", "Solve a three-body system and sample its trajectory",
                "syzygy simulate --scenario figure-eight\n"
                "syzygy simulate --scenario aca --t1 1 --samples 1000 -o aca.csv",
                setup_simulate},
        Command{"gradient", "Loss of observations under given masses, and its gradient",
                "syzygy simulate --scenario aca --t1 1 -o aca.csv\n"
                "syzygy gradient aca.csv --masses 1,1,1 --decay 0.01",
                setup_gradient},
        Command{"fit", "Masses and initial state from observations, with their errors",
                "syzygy simulate --scenario aca --t1 1 -o aca.csv\n"
                "syzygy fit aca.csv --start 1,1,1 -o aca.syzygy\n"
                "syzygy fit aca.csv --correction drag --free masses,drag-linear\n"
                "syzygy fit aca.csv --correction pairwise --free masses,correction --iterations 300\n"
                "syzygy fit sun.txt jupiter.txt saturn.txt --relative-to 1 --free masses,initial",
                setup_fit},
        Command{"compare", "Gradient methods side by side: errors, times, evaluations, memory",
                "syzygy compare --scenario aca\n"
                "syzygy compare --problem decay --gradients all --horizons 5,10,20 --rtols 1e-6\n"
                "syzygy simulate --scenario aca --t1 1 -o aca.csv\n"
                "syzygy compare aca.csv --masses 1,1,1 --decay 0.01 --methods dopri5,dop853 -o table.csv",
                setup_compare},
        Command{"experiment", "The ACA paper's three-body experiment; recovery of forces that Newton's law lacks, with a correction",
                "syzygy experiment three-body --quick\n"
                "syzygy experiment hidden-force --force fourth-body --figure law.svg",
                setup_experiment},
        Command{"info", "What a file of observations holds",
                "syzygy simulate --scenario aca --t1 1 -o aca.csv\n"
                "syzygy info aca.csv",
                setup_info},
        Command{"selftest", "Compares gradients and timings of LibTorch on each device with those of the native code",
                "syzygy selftest\n"
                "syzygy selftest --device cpu --json -",
                setup_selftest},
        Command{"scenarios", "Built-in systems with their initial conditions and sources",
                "syzygy scenarios\n"
                "syzygy scenarios --json -",
                setup_scenarios},
        Command{"list", "Methods, gradients, problems, optimizers, corrections, loaders, scenarios, commands or options",
                "syzygy list methods\n"
                "syzygy list options --json -",
                setup_list},
    };
    return table;
}

}  // namespace syzygy
