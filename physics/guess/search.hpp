#pragma once

#include "physics/guess/shooting.hpp"

#include <string>
#include <vector>

namespace syzygy {

/// A set of starting masses that was tried, and how multiple shooting from these masses ended.
struct SearchAttempt {
    std::string origin;      ///< where the masses came from, in words
    Eigen::Vector3d masses;  ///< starting masses
    ShootingResult result;
};

/// The progress of a search.
struct SearchProgress {
    std::size_t attempt = 1;                          ///< which set of masses is being tried, counted from 1
    std::size_t rows = 0, of_rows = 0;                ///< rows that the orbit is fitted to now, and all rows
    Eigen::Vector3d masses = Eigen::Vector3d::Zero();
};

/// The start of a fit that was given no start.
struct SearchResult {
    bool found = false;  ///< an orbit runs through the data from end to end
    ModelPoint point;    ///< the best attempt's masses and initial state
    std::size_t rows = 0;  ///< rows from the first on that the orbit runs through; 0: no orbit begins at the first row
    std::vector<SearchAttempt> attempts;

    /// What was tried and how it ended, in a sentence.
    std::string summary() const;
};

/// Searches for masses and an orbit from the data alone: masses by the weak form of the equations of motion, by pairs that
/// turn about each other, by revolutions that are counted if rows lie far apart, and by the motion as a whole, each followed
/// by multiple shooting, until one orbit runs through the data. `report`, if given, is called after each accepted step.
SearchResult search_orbit(const PreparedData& data, const ShootingProblem& problem, std::stop_token stop,
                          const std::function<void(const SearchProgress&)>& report = {});

}  // namespace syzygy
