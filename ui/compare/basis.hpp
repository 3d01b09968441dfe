#pragma once

#include "ui/compare/setup.hpp"
#include "ui/document/picture.hpp"

#include <memory>
#include <optional>

namespace syzygy {

/// All that the rows of a comparison depend on, for telling whether they are still those of the settings.
struct CompareBasis {
    /// The data on screen and what their model is.
    struct OwnData {
        std::weak_ptr<const Observations> observations;
        DataOptions data;
        SolverOptions solver;  ///< method, rtol and atol are those of the setup, and left out
        CorrectionOptions correction;
        ModelPoint point;
    };

    CompareSetup setup;
    std::optional<OwnData> own;  ///< nothing for a test problem, and where there are no data
};

/// `picture`: the newest solve of the data on screen; null where there is none.
CompareBasis compare_basis(const CompareSetup& setup, const Picture* picture);

bool same_setup(const CompareSetup& a, const CompareSetup& b);
/// Whether both are of the same data under the same model at the same point, or of none.
bool same_data(const CompareBasis& a, const CompareBasis& b);

}  // namespace syzygy
