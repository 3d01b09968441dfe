#pragma once

#include "physics/corrections/corrections.hpp"
#include "physics/fit/fit.hpp"
#include "physics/model/solution.hpp"
#include "ui/document/loaded_data.hpp"
#include "ui/document/orbit_scene.hpp"
#include "ui/document/residual_extremes.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace syzygy {

/// A model point and the time at which its state holds, as the data have it.
struct TimedPoint {
    ModelPoint point;
    double time = 0;
    /// The magnitudes that the point's correction was made for; nothing: those of the data.
    std::optional<CorrectionContext> context{};
};

/// What the solver's thread is asked to show.
struct PictureRequest {
    std::uint64_t number = 0;  ///< ascending; results carry it
    LoadedData data;
    FitSetup setup;
    std::optional<TimedPoint> point;  ///< nothing: where a fit of the setup starts
    std::optional<double> horizon;    ///< as the data have it; nothing: chosen (see Picture::horizon)
    Frame frame = Frame::data;
    std::vector<double> noise_factors;  ///< of the fit that made the point (FitState); empty: none, or errors as the data have them
    bool fit_next = false;  ///< handed through: a fit is to follow from here
};

/// One solve as all views show it. Immutable; crosses threads by shared pointer.
struct Picture {
    std::uint64_t number = 0;
    std::shared_ptr<const Observations> observations;
    FitSetup setup;
    std::shared_ptr<const Solution> solution;
    std::shared_ptr<const OrbitScene> scene;
    ResidualExtremes residual_extremes;
    double horizon = 0;       ///< the end of the data, or a quarter of the window beyond it where the window ends there
    bool guessed = false;     ///< the point was not given
    CorrectionContext context;  ///< magnitudes that the correction sees, where the model has one
    bool trained = false;       ///< the parameters of the correction come from a training, and belong to that context
    /// The force of the correction that the data were made with, along this solve; null where there was none, or unknown.
    std::shared_ptr<const CorrectionForce> true_force;
    bool fit_next = false;
    std::string note;         ///< what the guess wants said; "" mostly
};

/// A picture that could not be made: options that do not fit the data.
struct PictureError {
    std::uint64_t number = 0;
    std::string message;
};

}  // namespace syzygy
