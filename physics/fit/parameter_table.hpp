#pragma once

#include "physics/model/gradient.hpp"

#include <array>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace syzygy {

using BodyNames = std::array<std::string, 3>;

/// What a parameter of a model is.
enum class ParameterRole { mass, position, velocity, correction, offset };

/// How an optimiser's unknown x gives the value of a parameter that starts at `start`.
enum class Transform {
    linear,      ///< start + scale x
    logarithmic  ///< start exp(x): the value stays above zero, whatever its unit
};

/// One parameter of a model: what options, files, reports and forms know about the parameter.
struct ParameterRow {
    std::string id;    ///< "m1", "vx2", "drag-linear", "offset-rv1": unique
    ParameterRole role;
    int slot = 0;      ///< its index in its block of a ModelPoint: masses, initial state, correction or offsets
    int body = -1;     ///< the body it belongs to; -1: none
    Transform transform = Transform::linear;
    double lower = -std::numeric_limits<double>::infinity();  ///< bounds of its values
    double upper = std::numeric_limits<double>::infinity();
    double scale = 1;  ///< a large change of the parameter; masses and states get the data's scale

    bool is_mass() const { return role == ParameterRole::mass; }
    bool is_state() const { return role == ParameterRole::position || role == ParameterRole::velocity; }
    bool is_of_correction() const { return role == ParameterRole::correction; }
    /// True for the offset of a series, which changes the compared numbers and moves no body.
    bool is_offset() const { return role == ParameterRole::offset; }

    /// The parameter's component among numbers for each mass, for the state, for the correction and for each series.
    template <class Masses, class States, class Vector>
    auto& component(Masses& masses, States& state, Vector& correction, Vector& offsets) const
    {
        return is_mass() ? masses[slot] : is_state() ? state[slot] : is_offset() ? offsets[slot] : correction[slot];
    }
    double value(const ModelPoint& point) const
    {
        return component(point.masses, point.initial_state, point.correction, point.offsets);
    }
    void set_value(ModelPoint& point, double value) const
    {
        component(point.masses, point.initial_state, point.correction, point.offsets) = value;
    }
    /// The parameter's component of a gradient.
    double derivative(const ThreeBodyGradient& gradient) const
    {
        return component(gradient.parameters, gradient.initial_state, gradient.correction, gradient.offsets);
    }
};

/// A group of parameters with a name of its own.
struct ParameterGroup {
    std::string_view name;  ///< "initial"
    std::vector<ParameterRole> roles;

    bool holds(ParameterRole role) const;
};
/// All groups. A larger group comes before its parts, so that the shortest text is found first.
std::span<const ParameterGroup> parameter_groups();

/// The parameters of a model of three bodies, in the order of tangents: masses, positions, velocities; then those
/// parameters of a correction that have names (the weights of a network have none and are no rows); then an offset for each
/// series of the data.
class ParameterTable {
public:
    ParameterTable(BodyNames bodies, std::span<const CorrectionParameter> correction = {}, std::span<const ObservedSeries> series = {});
    /// The table for data without a correction.
    ParameterTable(const Observations& observations) : ParameterTable(observations.bodies, {}, observations.series) {}

    int size() const { return static_cast<int>(rows_.size()); }
    const ParameterRow& operator[](int index) const { return rows_[static_cast<std::size_t>(index)]; }
    auto begin() const { return rows_.begin(); }
    auto end() const { return rows_.end(); }
    const BodyNames& bodies() const { return bodies_; }

    /// Index of the parameter with that id; nothing if there is none.
    std::optional<int> find(std::string_view id) const;
    /// Index of the mass of a body, of a component of the state (0 to 17: positions, velocities), of the first parameter
    /// of the correction.
    int of_mass(int body) const { return body; }
    int of_state(int component) const { return of_mass(3) + component; }
    int of_correction() const { return of_state(18); }

private:
    BodyNames bodies_;
    std::vector<ParameterRow> rows_;
};

}  // namespace syzygy
