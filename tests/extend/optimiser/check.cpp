#include "core/optimize/optimizer.hpp"

#include <limits>

using namespace syzygy;

struct Parabola : Objective {
    Eigen::VectorXd low = Eigen::VectorXd::Constant(1, -std::numeric_limits<double>::infinity()), high = -low;
    Eigen::Index size() const override { return 1; }
    const Eigen::VectorXd& lower() const override { return low; }
    const Eigen::VectorXd& upper() const override { return high; }
    bool evaluate(const Eigen::VectorXd& x, double& loss, Eigen::VectorXd*) override
    {
        loss = x.squaredNorm();
        return true;
    }
    bool linearise(const Eigen::VectorXd&, ReducedLeastSquares&) override { return false; }
    bool sum_of_squares(const Eigen::VectorXd&, double&) override { return false; }
};

int main()
{
    Parabola objective;
    OptimizerOptions options;
    options.optimizer = "stay";  // the option knows it, too
    OptimizerState state;
    state.x.setOnes(1);
    return minimize(objective, options, state, {}).reason == "stayed" && state.iteration == 1 ? 0 : 1;
}
