#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

namespace syzygy::torch_ode {

/// A tableau of core/ode/tableaus.hpp with its numbers available at run time, in the layout of core/ode/tableau.hpp: tensor
/// operations dominate the time, so one code serves every method.
struct Scheme {
    int stages, rows, order, error_order;
    bool error_uses_end_stage, damped;
    std::vector<double> c;                   ///< rows
    std::vector<std::vector<double>> a;      ///< rows x rows; the row of the end stage is b
    std::vector<double> error, damping;      ///< stages + 1
    std::vector<std::vector<double>> dense;  ///< rows x degree

    int end_stage() const { return stages; }
    int dense_stages() const { return rows - stages - 1; }
    bool adaptive() const { return error_order > 0; }
    /// Whether the dense output uses the stage `row`.
    bool is_read(int row) const
    {
        const auto& powers = dense[static_cast<std::size_t>(row)];
        return std::any_of(powers.begin(), powers.end(), [](double weight) { return weight != 0; });
    }
};

/// Throws ArgumentError("method", ...) for an unknown id.
const Scheme& scheme(std::string_view method);

}  // namespace syzygy::torch_ode
