#include "ui/session/remedies.hpp"

#include "ui/base/text.hpp"
#include "ui/session/session.hpp"
#include "ui/session/time_text.hpp"
#include "ui/session/unit_symbols.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace syzygy {

namespace {

/// A window that is fitted has at least so many rows.
constexpr std::ptrdiff_t fewest_rows = 8;

using Remedies = std::vector<Remedy>;

const FitResult& result_of(const Session& session)
{
    return *session.result();
}

bool holds_state(const Session& session)
{
    const auto& parameters = result_of(session).parameters;
    return std::ranges::all_of(parameters, [](const FittedParameter& each) { return !each.is_state() || each.fixed; });
}

/// A length of time for reading: in days or years, where the unit is a known time.
QString span_text(const Session& session, double span)
{
    const UnitSystem& units = session.data().observations->units;
    constexpr double day = 86400, year = 365.25 * day;
    const double seconds = span * units.time_si();
    if (units.time_si() > 0 && seconds >= 2 * year) return text_of(fmt::format("{:.3g} yr", seconds / year));
    if (units.time_si() > 0 && seconds >= day) return text_of(fmt::format("{:.3g} d", seconds / day));
    return text_of(with_unit(span, unit_symbols(units).time));
}

Remedies relative_to(const Warning&, const Session& session)
{
    const auto picture = session.picture();
    if (!picture || picture->solution->data->reference >= 0) return {};
    Eigen::Index heaviest = 0;
    session.point().masses.maxCoeff(&heaviest);
    const std::string name = session.data().observations->bodies[static_cast<std::size_t>(heaviest)];
    return {{"relative-to", Session::tr("Take positions relative to %1").arg(text_of(name)),
             Session::tr("A distant body that pulls all three alike cancels out in positions relative to one of them"),
             [name](Session& changed) {
                 FitSetup setup = changed.setup();
                 setup.data.relative_to = name;
                 changed.set_setup(setup);
             }}};
}

Remedies free_state(const Warning&, const Session& session)
{
    if (!holds_state(session)) return {};
    return {
        {"free-state", Session::tr("Free the initial state"),
         Session::tr("Positions and velocities of the first row have errors of their own: the fit looks for them, too"),
         [](Session& changed) {
             FitSetup setup = changed.setup();
             setup.fit = with_state_freedom(setup.fit, changed.parameter_table(), StateFreedom::free);
             changed.set_setup(setup);
         }}};
}

Remedies first_row(const Warning&, const Session& session)
{
    const auto picture = session.picture();
    if (!picture || !holds_state(session)) return {};
    const State& observed = picture->solution->data->first_row;
    if (!observed.allFinite() || observed == session.point().initial_state) return {};
    return {{"first-row", Session::tr("Initial state back to the data"),
             Session::tr("Positions and velocities as the first row of the window has them"),
             [observed](Session& changed) {
                 ModelPoint point = changed.point();
                 point.initial_state = observed;
                 changed.set_point(point);
             }}};
}

Remedies shorten(const Warning& warning, const Session& session)
{
    const std::vector<double>& times = session.data().observations->times;
    const auto [begin, end] = session.window();
    const auto first = std::lower_bound(times.begin(), times.end(), begin);
    const auto last = std::upper_bound(first, times.end(), end);
    auto new_last = std::isfinite(warning.time) ? std::lower_bound(first, last, warning.time)
                                                : std::lower_bound(first, last, begin + (end - begin) / 2);
    if (new_last - first < fewest_rows || new_last == last) return {};
    const double new_end = *(new_last - 1);
    if (!(new_end > begin)) return {};
    return {{"shorten", Session::tr("Shorten to %1").arg(span_text(session, new_end - begin)),
             std::isfinite(warning.time)
                 ? Session::tr("Fit only what comes before the trouble")
                 : Session::tr("Fit only the first half: what the model lacks has less time to show"),
             [begin = begin, new_end](Session& changed) { changed.set_window(begin, new_end); }}};
}

Remedies grow(const Warning&, const Session& session)
{
    if (session.setup().fit.grow == "on") return {};
    return {{"grow", Session::tr("Start from a growing arc"),
             Session::tr("Forget where this fit began: look for masses in the data, and fit short arcs first"),
             [](Session& changed) {
                 changed.reset();
                 FitSetup setup = changed.setup();
                 setup.fit.grow = "on";
                 setup.fit.start.clear();
                 changed.set_setup(setup);
             }}};
}

Remedies hold(const Warning&, const Session& session)
{
    Remedies all;
    const auto& parameters = result_of(session).parameters;
    const auto free =
        std::count_if(parameters.begin(), parameters.end(), [](const FittedParameter& each) { return !each.fixed; });
    for (int body = 0; body < 3 && free > 1; ++body) {
        const FittedParameter& mass = parameters[static_cast<std::size_t>(body)];
        if (mass.fixed || mass.identifiable) continue;
        const QString name = text_of(session.data().observations->bodies[static_cast<std::size_t>(body)]);
        all.push_back({"hold", Session::tr("Hold the mass of %1").arg(name),
                       Session::tr("It stays at the value on screen; give the right one there, where it is known"),
                       [body, value = mass.value](Session& changed) {
                           FitSetup setup = changed.setup();
                           setup.fit = with_mass_free(setup.fit, changed.parameter_table(), body, false, value);
                           changed.set_setup(setup);
                       }});
    }
    return all;
}

Remedies whole(const Warning&, const Session& session)
{
    const auto [begin, end] = session.window();
    const auto [first, last] = session.data_range();
    if (begin <= first && end >= last) return {};
    return {{"whole", Session::tr("Fit all of the %1").arg(span_text(session, last - first)),
             Session::tr("A longer span of time tells masses apart better"),
             [first = first, last = last](Session& changed) { changed.set_window(first, last); }}};
}

Remedies tolerance(const Warning&, const Session& session)
{
    constexpr double tightest = 1e-14;
    const double tighter = std::max(tightest, session.setup().solver.rtol / 100);
    if (!(tighter < session.setup().solver.rtol)) return {};
    return {{"tolerance", Session::tr("Solve to %1").arg(text_of(fmt::format("{:.2g}", tighter))),
             Session::tr("A hundred times tighter relative tolerance of the solver"), [tighter](Session& changed) {
                 FitSetup setup = changed.setup();
                 setup.solver.rtol = tighter;
                 changed.set_setup(setup);
             }}};
}

struct Row {
    std::string_view code;
    std::array<Remedies (*)(const Warning&, const Session&), 5> ways;
};
constexpr std::array rows{
    Row{"misfit", {first_row, relative_to, free_state, shorten}},
    Row{"halves", {first_row, relative_to, free_state, shorten, grow}},
    Row{"phase-wrap", {first_row, grow, free_state, shorten}},
    Row{"unidentifiable", {hold, whole}},
    Row{"close-encounter", {shorten}},
    Row{"horizon", {tolerance, shorten}},
    Row{"gradient-error", {tolerance, grow, shorten}},
};

}  // namespace

std::vector<Remedy> remedies(const Warning& warning, const Session& session)
{
    Remedies all;
    const auto row = std::ranges::find(rows, std::string_view(warning.code), &Row::code);
    if (row == rows.end() || !session.result() || session.result()->parameters.size() < 3) return all;
    for (const auto way : row->ways)
        if (way)
            for (Remedy& remedy : way(warning, session)) all.push_back(std::move(remedy));
    return all;
}

void apply_remedy(const Remedy& remedy, Session& session)
{
    remedy.change(session);
    session.start_fit();
}

}  // namespace syzygy
