#include "physics/fit/start.hpp"

#include "physics/fit/parameters.hpp"
#include "physics/guess/first_guess.hpp"

namespace syzygy {

ModelPoint starting_point(const PreparedData& data, const FitSetup& setup, std::vector<std::string>& notes)
{
    const FitOptions& options = setup.fit;
    ModelPoint guess = first_guess(data);
    if (!options.start.empty()) {
        if (options.start.size() != 3)
            throw ArgumentError("start", fmt::format("{} numbers", options.start.size()),
                                "must be three masses, m1,m2,m3");
        guess.masses = Eigen::Map<const Eigen::Vector3d>(options.start.data());
        return guess;
    }
    if (guess.masses.allFinite())
        notes.push_back(fmt::format("masses guessed from the data: {:.6g}, {:.6g}, {:.6g}",
                                    guess.masses[0], guess.masses[1], guess.masses[2]));
    return guess;
}

Eigen::VectorXd starting_offsets(const PreparedData& data, const FitSetup& setup, const ModelPoint& point,
                                 std::shared_ptr<const Correction> correction, std::stop_token stop)
{
    if (data.series.empty()) return {};
    const ParameterTable table(data.bodies, correction ? correction->named_parameters() : std::vector<CorrectionParameter>(), data.series);
    Eigen::VectorXd offsets = best_offsets(data, point, model_options(setup, std::move(correction)), std::move(stop));
    for (const FixedParameter& fixed : parse_fix(table, setup.fit.fix))
        if (const ParameterRow& row = table[fixed.index]; row.is_offset() && fixed.value) offsets[row.slot] = *fixed.value;
    return offsets;
}

ModelPoint completed_start(const PreparedData& data, const FitSetup& setup, ModelPoint guess, std::shared_ptr<const Correction> correction,
                           std::stop_token stop)
{
    if (guess.offsets.size() != static_cast<Eigen::Index>(data.series.size())) guess.offsets.resize(0);
    const ParameterSet parameters(data, setup.fit, guess, correction.get());
    ModelPoint start = parameters.point(Eigen::VectorXd::Zero(parameters.size()));
    if (!data.series.empty() && guess.offsets.size() == 0)
        start.offsets = starting_offsets(data, setup, start, std::move(correction), std::move(stop));
    return start;
}

ModelOptions model_options(const FitSetup& setup, std::shared_ptr<const Correction> correction)
{
    return {setup.solver, setup.data.observe, setup.data.softening, setup.gradient, std::move(correction)};
}

std::shared_ptr<const Correction> correction_of(const FitSetup& setup, const PreparedData& data, ModelPoint& start)
{
    const auto correction = make_correction(
        setup.correction, setup.trained ? setup.trained->context : correction_context(data, start.masses, setup.correction));
    if (!correction) return correction;
    start.correction = starting_parameters(*correction, setup.correction.values);
    if (setup.trained) start.correction = setup.trained->parameters;
    if (start.correction.size() != correction->size())
        throw ArgumentError("correction-from", fmt::format("{} parameters", start.correction.size()),
                            fmt::format("this correction has {}: its options must be those it was trained with",
                                        correction->size()));
    return correction;
}

TrainedCorrection trained_correction(const FitSetup& setup, const PreparedData& data, const ModelPoint& point)
{
    std::vector<std::string> notes;
    return {setup.correction,
            setup.trained ? setup.trained->context
                          : correction_context(data, starting_point(data, setup, notes).masses, setup.correction),
            point.correction};
}

}  // namespace syzygy
