#include "core/ode/solver.hpp"

using namespace syzygy;

struct Decay {
    using State = Eigen::Matrix<double, 1, 1>;
    struct Tape {};
    void rhs(double, const State& y, State& dydt) const { dydt = -y; }
};

int main()
{
    NoObserver none;
    SolveTask<Decay::State> task{Decay::State(1), 0, 1, {}, Decay::State(1e-9)};
    task.options.method = "first";
    task.options.step = 0.5;
    const auto solved = solve(Decay(), task, none);
    return solved.outcome.ok() && solved.y[0] == 0.25 ? 0 : 1;
}
