#pragma once

#include "physics/bodies/three_body.hpp"
#include "physics/bodies/correction.hpp"

#include <vector>

namespace syzygy::testing {

/// Newton's three bodies and a correction, written down plainly for the solver: the truth that tests integrate.
class CorrectedSystem {
public:
    using State = syzygy::State;
    using Parameters = Eigen::Vector3d;  ///< the masses

    CorrectedSystem(const UnitSystem& units, const Eigen::Vector3d& masses, const Correction& correction,
                    const Eigen::VectorXd& p)
        : newton_(units.k1(), units.k2(), masses),
          correction_(&correction),
          p_(p),
          tape_(correction.tape_size()),
          scratch_(correction.scratch_size())
    {
    }

    const Parameters& parameters() const { return newton_.parameters(); }
    void set_parameters(const Parameters& masses) { newton_.set_parameters(masses); }

    void rhs(double t, const State& y, State& dydt) const
    {
        newton_.rhs(t, y, dydt);
        correction_->add_acceleration(t, y, newton_.parameters(), p_.data(), dydt.data() + 9, tape_.data(),
                                      scratch_.data());
    }

private:
    ThreeBody<double> newton_;
    const Correction* correction_;
    Eigen::VectorXd p_;
    mutable std::vector<double> tape_, scratch_;
};

}  // namespace syzygy::testing
