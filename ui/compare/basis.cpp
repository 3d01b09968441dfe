#include "ui/compare/basis.hpp"

#include "core/ode/options.hpp"
#include "physics/corrections/options.hpp"
#include "physics/model/options.hpp"

#include <algorithm>

namespace syzygy {
namespace {

template <class Options>
bool same_options(const OptionList<Options>& list, const Options& a, const Options& b)
{
    return std::all_of(list.begin(), list.end(), [&](const Option<Options>& option) {
        return std::visit([&](auto member) { return a.*member == b.*member; }, option.member);
    });
}

bool same_observations(const std::weak_ptr<const Observations>& a, const std::weak_ptr<const Observations>& b)
{
    return !a.owner_before(b) && !b.owner_before(a);
}

}  // namespace

CompareBasis compare_basis(const CompareSetup& setup, const Picture* picture)
{
    CompareBasis basis{setup, {}};
    if (!setup.problem.empty() || !picture) return basis;
    const FitSetup& fit = picture->setup;
    basis.own = {picture->observations, fit.data, fit.solver, fit.correction, picture->solution->point};
    const SolverOptions usual;
    basis.own->solver.method = usual.method;
    basis.own->solver.rtol = usual.rtol;
    basis.own->solver.atol = usual.atol;
    return basis;
}

bool same_setup(const CompareSetup& a, const CompareSetup& b)
{
    return a.problem == b.problem && a.gradients == b.gradients && a.methods == b.methods &&
           same_options(compare_setup_options(), a, b) && same_options(gradient_options(), a.options, b.options);
}

bool same_data(const CompareBasis& a, const CompareBasis& b)
{
    if (a.own.has_value() != b.own.has_value()) return false;
    if (!a.own) return true;
    return same_observations(a.own->observations, b.own->observations) &&
           same_options(data_options(), a.own->data, b.own->data) &&
           same_options(solver_options(), a.own->solver, b.own->solver) &&
           same_options(correction_options(), a.own->correction, b.own->correction) &&
           a.own->point.masses == b.own->point.masses && a.own->point.initial_state == b.own->point.initial_state &&
           a.own->point.correction.size() == b.own->point.correction.size() &&
           a.own->point.correction == b.own->point.correction;
}

}  // namespace syzygy
