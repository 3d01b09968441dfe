#include "physics/fit/options.hpp"

namespace syzygy {

const OptionList<FitOptions>& fit_options()
{
    using O = FitOptions;
    static const OptionList<O> list = [] {
        std::vector<std::string_view> gradients;
        for (const GradientMethodInfo& info : gradient_method_infos()) gradients.push_back(info.id);
        return OptionList<O>{
            {"free", "Free", "",
             "parameters to fit: masses, initial, positions, velocities, correction, or single ones (m1, x1, vx1, drag-linear, ..). Offsets of "
             "series (offset-rv1, ..) are free unless --fix holds them. Default: masses, a correction unless --values gives its numbers, and the initial state unless the first row gives it without errors",
             &O::free},
            {"start", "Starting masses", "mass",
             "m1,m2,m3 to start from; default: estimated from the data; without growing arcs, a simple guess", &O::start, 0},
            {"initial", "Starting state", "",
             "x1,y1,z1,..,z3,vx1,..,vz3 to start from, or to hold if it is not free; default: the first row, or estimated from the data",
             &O::initial},
            {"fix", "Fixed", "", "bodies (their mass) or parameters to hold, with a value if wanted: 3=0.9,x1,node",
             &O::fix},
            {"bounds", "Bounds", "", "lowest:highest of parameters: m1=0.5:2,x1=:1,drag-linear=0:", &O::bounds},
            {"prior", "Priors", "", "Gaussian mean:sigma of parameters: m1=1.1:0.05", &O::priors},
            {"gradient", "Gradient method", "", "for optimisers that use a gradient (see `syzygy list gradients`)",
             &O::gradient, 0, 0, gradients},
            {"robust", "Robust loss", "", "loss function that limits the weight of outliers", &O::robust, 0, 0, {"none", "huber", "cauchy"}},
            {"robust-scale", "Robust scale", "sigma", "residual beyond which an observation loses weight",
             &O::robust_scale, 1e-6},
            {"grow",
             "Growing arc",
             "",
             "search for missing initial values, then fit a short arc and extend it step by step (auto: extend only if a pair moves through more than half a revolution)",
             &O::grow,
             0,
             0,
             {"auto", "on", "off"}},
            {"scatter", "Scatter", "", "multiply each starting mass by a random factor between 1 - this and 1 + this", &O::scatter,
             0, 0.99},
            {"seed", "Seed", "", "random seed of the scatter", &O::seed, 0},
        };
    }();
    return list;
}

double default_rtol(const std::string& optimizer)
{
    return optimizer == "adam" ? 1e-7 : SolverOptions{}.rtol;
}

void validate_groups(const FitSetup& setup)
{
    for_each_group([&](const char*, const auto& list, auto member) { validate(list, setup.*member); });
    if (setup.gradient.control != "state")
        throw ArgumentError("control", setup.gradient.control, "is for a single gradient, not for those of a fit");
    if (setup.gradient.error_estimate)
        throw ArgumentError("error-estimate", "yes", "is for a single gradient, not for those of a fit");
}

}  // namespace syzygy
