#include "physics/fit/setup_checks.hpp"

#include "core/base/device.hpp"
#include "physics/model/correction.hpp"

#include <algorithm>

namespace syzygy {

namespace {

/// A correction as far as it can be checked without the data; null where it takes a file to know.
std::shared_ptr<const Correction> checked_correction(const CorrectionOptions& options)
{
    validate(correction_options(), options);
    if (options.correction == "torchscript") return nullptr;
    auto correction = make_correction(options, CorrectionContext{});
    if (correction) starting_parameters(*correction, options.values);
    return correction;
}

template <class Options>
bool equal(const OptionList<Options>& list, const Options& x, const Options& y)
{
    for (const auto& option : list)
        if (!std::visit([&](auto member) { return x.*member == y.*member; }, option.member)) return false;
    return true;
}

}  // namespace

void check_setup(const FitSetup& setup)
{
    checked_correction(setup.correction);
    validate_groups(setup);
    parse_device(setup.train.device);
    if (!find_method(setup.solver.method).adaptive() && setup.solver.step <= 0)
        throw ArgumentError("step", fmt::format("{}", setup.solver.step),
                            fmt::format("the method {} has no error estimate and needs a step size", setup.solver.method));
}

void check_setup(const FitSetup& setup, const Observations& observations)
{
    window_of(observations, setup.data);
    if (!setup.data.relative_to.empty()) find_body(observations.bodies, setup.data.relative_to, "relative-to");
    if (setup.data.velocities && !observations.has_velocities())
        throw ArgumentError("velocities", "true", "the data have no velocity columns");
    if (setup.fit.robust != "none" && !(setup.data.sigma > 0) && observations.position_sigmas.cols() == 0 &&
        (observations.series.empty() || observations.has_positions()))
        throw ArgumentError("robust", setup.fit.robust, "needs the errors of the positions: give a sigma");
}

void check_parameters(const FitSetup& setup, const PreparedData& data, ModelPoint point)
{
    if (setup.correction.correction == "torchscript") return;
    point.correction.resize(0);
    ParameterSet(data, setup.fit, point, checked_correction(setup.correction).get());
}

double initial_time(const Observations& observations, const FitSetup& setup)
{
    const auto& times = observations.times;
    const double begin = window_of(observations, setup.data).first;
    const auto row = std::lower_bound(times.begin(), times.end(), begin);
    return row == times.end() ? times.back() : *row;
}

bool same_correction(const FitSetup& a, const FitSetup& b)
{
    return a.correction.values == b.correction.values && equal(correction_options(), a.correction, b.correction);
}

bool same_data_options(const FitSetup& a, const FitSetup& b)
{
    return equal(data_options(), a.data, b.data);
}

bool same_setup(const FitSetup& a, const FitSetup& b)
{
    bool alike = a.correction.values == b.correction.values && a.files == b.files;
    for_each_group([&](const char*, const auto& list, auto member) { alike = alike && equal(list, a.*member, b.*member); });
    return alike;
}

}  // namespace syzygy
