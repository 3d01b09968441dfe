#include "core/base/error.hpp"
#include "physics/backend/backend.hpp"
#include "physics/corrections/kinds.hpp"

#include <fmt/format.h>

namespace syzygy {

namespace {

UnitSystem script_units(const std::string& text, const UnitSystem& data)
{
    if (text == "data") return data;
    try {
        return UnitSystem::parse(text == "SI" ? "length=m, mass=kg, time=s" : text);
    } catch (const ArgumentError& error) {
        throw ArgumentError(
            "script-units", text,
            fmt::format("must be data, SI, or units as data files name them: '{}' {}", error.value(), error.rule()));
    }
}

/// K1 L^2 V / T: what a unit of mass times G is, in m^3/s^2.
double gm_si(const UnitSystem& units)
{
    return units.k1() * units.length_si() * units.length_si() * units.velocity_si() / units.time_si();
}

/// Factors between the units of the data and the network's. Masses are converted so that G m stays.
void set_units(const std::string& text, const UnitSystem& data, ScriptRequest& request)
{
    const UnitSystem script = script_units(text, data);
    if (script == data) return;
    for (const UnitSystem* units : {&data, &script})
        if (!(units->length_si() > 0))
            throw ArgumentError("script-units", text,
                                units == &data
                                    ? "cannot be converted: the data are dimensionless (units: G=1); use data"
                                    : "have no lengths and times to convert to; name them, or use data");
    request.length = data.length_si() / script.length_si();
    request.velocity = data.velocity_si() / script.velocity_si();
    request.time = data.time_si() / script.time_si();
    request.mass = gm_si(data) / gm_si(script);
    request.acceleration = request.time / request.velocity;
}

std::shared_ptr<const Correction> load(const CorrectionOptions& options, const CorrectionContext& context)
{
    if (options.script.empty())
        throw ArgumentError("script", "nothing",
                            "must name the file of the network (docs/torchscript.md says how to export it)");
    ScriptRequest request;
    request.file = options.script;
    request.single_precision = options.script_scalar == "float";
    request.replaces_newton = options.replace_newton;
    set_units(options.script_units, context.units, request);
    // Three bodies a typical distance apart, none of them special.
    request.trial_time = context.t0 + 0.25 * context.time;
    request.trial_state << 0.9, 0.1, -0.2, -0.5, 0.7, 0.3, -0.3, -0.8, 0.1, 0.1, 0.6, -0.3, -0.7, -0.2, 0.4, 0.5, -0.4,
        0.2;
    request.trial_state.head<9>() *= context.length;
    request.trial_state.tail<9>() *= context.velocity;
    request.trial_masses = context.mass * Eigen::Vector3d(1.2, 0.7, 1.1);
    return torch_backend().load_script(request);
}

}  // namespace

CorrectionInfo kinds::torchscript()
{
    return {"torchscript",
            "Network from PyTorch",
            "docs/torchscript.md",
            "a network of your own, exported from PyTorch to a file (--script)",
            true,
            false,
            false,
            load};
}

}  // namespace syzygy
