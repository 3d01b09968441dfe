#include "ui/compare/setup.hpp"

#include "core/ode/methods.hpp"
#include "physics/problems/problem.hpp"

namespace syzygy {

std::vector<std::string> CompareSetup::usual_gradients()
{
    std::vector<std::string> ids;
    for (const GradientMethodInfo& info : gradient_method_infos())
        if (info.claim != Claim::differences) ids.emplace_back(info.id);
    return ids;
}

const OptionList<CompareSetup>& compare_setup_options()
{
    using S = CompareSetup;
    static const OptionList<S> list{
        {"parameters", "Parameters", "", "parameters of the test problem (empty: its own)", &S::parameters},
        {"initial", "Initial state", "", "initial state of the test problem (empty: its own)", &S::initial},
        {"t1", "End", "time", "end of the test problem's interval, which begins at 0 (0: its own)", &S::t1, 0},
        {"rtols", "Tolerances", "", "relative tolerances; each method runs with each", &S::rtols, 1e-15, 1},
        {"horizons", "Horizons", "time", "ends of the interval; each method runs to each (empty: the whole interval)",
         &S::horizons},
        {"repeats", "Repeats", "", "time each gradient this many times and report the median", &S::repeats, 1, 1000},
    };
    return list;
}

void validate(const CompareSetup& setup)
{
    validate(compare_setup_options(), setup);
    validate(gradient_options(), setup.options);
    if (setup.gradients.empty()) throw ArgumentError("gradients", "nothing", "must name one method at least");
    for (const std::string& id : setup.gradients) find_gradient_method(id);
    if (setup.methods.empty()) throw ArgumentError("methods", "nothing", "must name one solver at least");
    for (const std::string& id : setup.methods) find_method(id);
    if (setup.rtols.empty()) throw ArgumentError("rtols", "nothing", "must be one tolerance at least");
    if (!setup.problem.empty()) find_test_problem(setup.problem);
}

}  // namespace syzygy
