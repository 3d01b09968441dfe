#include "physics/corrections/corrections.hpp"

using namespace syzygy;

int main()
{
    CorrectionOptions options;
    options.correction = "spring";
    const auto correction = make_correction(options, {});
    if (!correction || correction->size() != 1) return 1;
    const State y = State::LinSpaced(18, 1, 18);
    const double p[] = {2};
    double out[9] = {};
    Eigen::VectorXd tape(static_cast<Eigen::Index>(correction->tape_size())), scratch(static_cast<Eigen::Index>(correction->scratch_size()));
    correction->add_acceleration(0, y, Eigen::Vector3d::Ones(), p, out, tape.data(), scratch.data());
    return out[0] == -2 && out[8] == -18 ? 0 : 2;
}
