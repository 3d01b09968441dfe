#include "physics/train/unknowns.hpp"

#include "physics/fit/parameter_text.hpp"
#include "physics/guess/first_guess.hpp"

namespace syzygy {

namespace {

/// `free` with the correction or without it.
std::string with_correction(const FitOptions& options, const BodyNames& bodies, bool with)
{
    if (options.free.empty()) return "";
    FreeParameters free = *parse_free(bodies, options.free);
    if (free.any_of_correction(bodies) == with) return options.free;
    free.set_group(bodies, "correction", with);
    return format_free(bodies, free);
}

/// What the options say of masses, for a further trajectory: its state is its own.
FitOptions of_masses(FitOptions options, const BodyNames& bodies, const ModelPoint& start)
{
    const ParameterTable table(bodies);
    std::vector<FixedParameter> fixed = parse_fix(table, options.fix);
    std::vector<ParameterPair> bounds = parse_bounds(table, options.bounds);
    const auto is_no_mass = [&](const auto& named) { return !table[named.index].is_mass(); };
    std::erase_if(fixed, is_no_mass);
    std::erase_if(bounds, is_no_mass);
    options.fix = format_fix(table, fixed);
    options.bounds = format_bounds(table, bounds);
    options.priors.clear();  // once is enough
    options.initial.clear();
    options.start.assign(start.masses.begin(), start.masses.end());
    options.scatter = 0;
    return options;
}

}  // namespace

TrainingUnknowns::TrainingUnknowns(const std::vector<TrainingTrajectory>& trajectories, const FitSetup& setup,
                                   const ModelPoint& start, const Correction* correction)
    : network_(correction && correction->named_parameters().empty()), prior_unit_(trajectories[0].training.missing.common)
{
    const BodyNames& bodies = trajectories[0].training.bodies;
    if (correction && !setup.fit.free.empty() && !parse_free(bodies, setup.fit.free)->any_of_correction(bodies))
        throw ArgumentError("free", setup.fit.free, "must name 'correction': it is what is trained");
    for (const TrainingTrajectory& trajectory : trajectories) {
        FitOptions options = sets_.empty() ? setup.fit : of_masses(setup.fit, bodies, start);
        ModelPoint guess = start;
        if (!sets_.empty()) {
            guess = sets_[0].point(Eigen::VectorXd::Zero(sets_[0].size()));
            guess.initial_state = first_guess(trajectory.training).initial_state;
            options.start.assign(guess.masses.begin(), guess.masses.end());
        }
        FitOptions held = options;
        held.free = with_correction(options, bodies, false);
        sets_.emplace_back(trajectory.training, options, guess, correction);
        physical_sets_.emplace_back(trajectory.training, held, guess, correction);
    }
    for (const int index : sets_[0].free()) masses_ += sets_[0][index].is_mass();
    correction_ = masses_;
    for (const ParameterSet& set : physical_sets_) {
        state_begin_.push_back(correction_);
        correction_ += set.size() - masses_;
    }
    const Eigen::Index parameters = correction ? correction->size() : 0;
    start_ = Eigen::VectorXd::Zero(correction_ + parameters);
    if (network_) start_.tail(parameters) = start.correction;
    lower_.setConstant(size(), -std::numeric_limits<double>::infinity());
    upper_ = -lower_;
    for (std::size_t i = 0; i < sets_.size(); ++i) {
        const ParameterSet& physical = physical_sets_[i];
        for (Eigen::Index own = 0; own < physical.size(); ++own) {
            lower_[column(i, own)] = physical.lower()[own];
            upper_[column(i, own)] = physical.upper()[own];
        }
    }
    if (correction && !network_) {
        lower_.tail(parameters) = sets_[0].lower().tail(parameters);
        upper_.tail(parameters) = sets_[0].upper().tail(parameters);
    }
}

Eigen::VectorXd TrainingUnknowns::physical_part(const Eigen::VectorXd& x, std::size_t trajectory) const
{
    const Eigen::Index states = physical_sets_[trajectory].size() - masses_;
    Eigen::VectorXd own(masses_ + states);
    own << x.head(masses_), x.segment(state_begin_[trajectory], states);
    return own;
}

ModelPoint TrainingUnknowns::point(const Eigen::VectorXd& x, std::size_t trajectory) const
{
    const Eigen::Index parameters = size() - correction_;
    Eigen::VectorXd own = physical_part(x, trajectory);
    if (!network_) {
        own.conservativeResize(own.size() + parameters);
        own.tail(parameters) = x.tail(parameters);
    }
    ModelPoint point = sets_[trajectory].point(own);
    if (network_) point.correction = x.tail(parameters);
    return point;
}

void TrainingUnknowns::hold_correction(const Eigen::VectorXd& x)
{
    const Eigen::VectorXd correction = point(x).correction;
    for (ParameterSet& set : physical_sets_) set.hold_correction(correction);
}

void TrainingUnknowns::add_masses(const Eigen::Vector3d& masses, const ModelPoint& point, Eigen::VectorXd& gradient) const
{
    for (Eigen::Index own = 0; own < masses_; ++own) {
        const Parameter& mass = sets_[0].of_column(own);
        gradient[own] += masses[mass.slot] * mass.slope_at(mass.value(point));
    }
}

void TrainingUnknowns::add_state(const State& state, std::size_t trajectory, Eigen::VectorXd& gradient) const
{
    const ParameterSet& set = physical_sets_[trajectory];
    for (Eigen::Index own = masses_; own < set.size(); ++own) {
        const Parameter& component = set.of_column(own);
        gradient[column(trajectory, own)] += state[component.slot] * component.scale;
    }
}

void TrainingUnknowns::add_correction(const Eigen::VectorXd& correction, Eigen::VectorXd& gradient) const
{
    for (Eigen::Index i = 0; i < size() - correction_; ++i)
        gradient[correction_ + i] +=
            correction[i] * (network_ ? 1 : sets_[0][sets_[0].table().of_correction() + static_cast<int>(i)].scale);
}

double TrainingUnknowns::add_priors(const Eigen::VectorXd& x, double rows, Eigen::VectorXd& gradient) const
{
    const ParameterSet& set = sets_[0];
    const ModelPoint at = point(x);
    double sum = 0;
    for (Eigen::Index own = 0; own < physical_sets_[0].size(); ++own) {
        const Parameter& parameter = set.of_column(own);
        if (!parameter.prior_sigma) continue;
        const double value = parameter.value(at), sigma = *parameter.prior_sigma / prior_unit_;
        const double deviation = (value - *parameter.prior_mean) / sigma;
        sum += deviation * deviation / rows;
        gradient[column(0, own)] += 2 * deviation / sigma * parameter.slope_at(value) / rows;
    }
    return sum;
}

}  // namespace syzygy
