#include "ui/data/examples.hpp"

#include "core/base/error.hpp"
#include "core/base/option_text.hpp"
#include "physics/scenarios/scenario.hpp"

#include <algorithm>

namespace syzygy {

namespace {

/// What an example does other than the rest.
struct Particulars {
    std::string_view id;
    double t1 = 0;  ///< 0: the scenario's duration
    long samples = 500;
    double noise = 0;   ///< with errors, the initial state is fitted as well
    double window = 1;  ///< share of the data that is fitted
    double decay = 1;
    std::vector<double> start{};  ///< masses; empty: the true ones scattered
    std::string_view fix{};
};

const std::vector<Particulars>& particulars()
{
    static const std::vector<Particulars> list{
        // The paper's own: 1000 observations up to t = 1, from equal masses, early times weighing more.
        {.id = "aca", .t1 = 2, .samples = 2001, .window = 0.5, .decay = 0.01, .start = {1, 1, 1}},
        {.id = "figure-eight", .noise = 1e-3, .window = 0.5},
        // Each body moves as if about one point: two of three masses are all that can be told.
        {.id = "euler", .fix = "2=2"},
        // Chaotic: beyond t = 10 the encounters make a fit from afar a lottery.
        {.id = "pythagorean", .t1 = 10},
        {.id = "hierarchical", .window = 0.5},
        {.id = "sun-jupiter-saturn", .noise = 1e-4},
    };
    return list;
}

ExampleInfo make_example(const Scenario& scenario)
{
    const auto found = std::find_if(particulars().begin(), particulars().end(),
                                    [&](const Particulars& row) { return row.id == scenario.id; });
    const Particulars own = found == particulars().end() ? Particulars{.id = scenario.id} : *found;
    ExampleInfo example{std::string(scenario.id),
                        std::string(scenario.label),
                        std::string(scenario.description),
                        std::string(scenario.source),
                        {},
                        {}};
    example.recipe.scenario = scenario.id;
    // Periods have 16 digits; whoever reads the form wants fewer.
    example.recipe.simulate.t1 = own.t1;
    if (!(own.t1 > 0)) read_value("t1", fmt::format("{:.5g}", scenario.duration), example.recipe.simulate.t1);
    example.recipe.simulate.samples = own.samples;
    example.recipe.simulate.noise = own.noise;
    FitSetup& setup = example.setup;
    if (own.window < 1) setup.data.window = {0, own.window * example.recipe.simulate.t1};
    setup.data.decay = own.decay;
    setup.fit.fix = own.fix;
    setup.fit.start = own.start;
    if (own.start.empty()) {
        // Far enough off that a fit has something to do.
        constexpr std::array<double, 3> off{1.25, 0.75, 1.2};
        const Eigen::Vector3d masses = scenario.make().masses();
        for (std::size_t body = 0; body < 3; ++body)
            setup.fit.start.push_back(masses[static_cast<Eigen::Index>(body)] * off[body]);
    }
    setup.optimizer.optimizer = "lm";
    // Quick enough to be solved again under a dragging hand, and fitted; masses come out to 1e-8.
    setup.solver.rtol = 1e-9;
    return example;
}

}  // namespace

const std::vector<ExampleInfo>& examples()
{
    static const std::vector<ExampleInfo> list = [] {
        std::vector<ExampleInfo> made;
        for (const Scenario& scenario : scenarios()) made.push_back(make_example(scenario));
        return made;
    }();
    return list;
}

const ExampleInfo& find_example(std::string_view id)
{
    const auto found = std::find_if(examples().begin(), examples().end(),
                                    [id](const ExampleInfo& example) { return example.id == id; });
    if (found == examples().end()) throw ArgumentError("example", id, "must be the id of a scenario");
    return *found;
}

}  // namespace syzygy
