#pragma once

#include "physics/guess/shooting.hpp"

#include <string>
#include <vector>

namespace syzygy {

/// A way to masses that was tried, and how multiple shooting from there ended.
struct SearchAttempt {
    std::string origin;      ///< where the masses came from, in words
    Eigen::Vector3d masses;  ///< where it began
    ShootingResult result;
};

/// Where a search stands.
struct SearchProgress {
    std::size_t attempt = 1;                          ///< which set of masses is tried, from 1 on
    std::size_t rows = 0, of_rows = 0;                ///< that its orbit is fitted through now, and all
    Eigen::Vector3d masses = Eigen::Vector3d::Zero();
};

/// Where a fit begins that was given no start.
struct SearchResult {
    bool found = false;  ///< an orbit that runs through the data from end to end
    ModelPoint point;    ///< the best attempt's masses and initial state
    std::size_t rows = 0;  ///< from the first on, through which that orbit runs; 0: no orbit begins there
    std::vector<SearchAttempt> attempts;

    /// What was tried and how it ended, in a sentence.
    std::string summary() const;
};

/// Looks for masses and orbit from the data alone: masses by the weak form of the equations of motion, by pairs that
/// turn about each other, by revolutions that are counted where rows lie far apart, and by the motion as a whole, each followed by
/// multiple shooting, until one runs through the data. `report`, where given, is called after each accepted step.
SearchResult search_orbit(const PreparedData& data, const ShootingProblem& problem, std::stop_token stop,
                          const std::function<void(const SearchProgress&)>& report = {});

}  // namespace syzygy
