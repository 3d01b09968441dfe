#pragma once

#include "app/cli/command.hpp"
#include "physics/experiment/hidden_force.hpp"
#include "physics/experiment/three_body.hpp"

namespace syzygy {

/// How the test error of the correction compares with Newton's: "12 times smaller", "4 times larger", "as large".
std::string improvement_text(double improvement);

/// An experiment's result in each form that it is written in.
struct ExperimentReport {
    Json json;
    std::string text;      ///< for a terminal
    std::string markdown;  ///< with what was done above the table
    std::string csv;       ///< one row a run, round-trip digits
    std::string figure;    ///< SVG
};

ExperimentReport report_of(const ThreeBodyExperiment& experiment);
ExperimentReport report_of(const HiddenForceExperiment& experiment);

}  // namespace syzygy
