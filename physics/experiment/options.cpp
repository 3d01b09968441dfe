#include "physics/experiment/options.hpp"

#include "physics/corrections/corrections.hpp"
#include "physics/experiment/hidden_force.hpp"

namespace syzygy {

const OptionList<ThreeBodyExperimentOptions>& three_body_experiment_options()
{
    using O = ThreeBodyExperimentOptions;
    static const OptionList<O> list{
        {"models", "Models", "", "of lstm, lstm-augmented, node, node-augmented, ode, ode-correction, or all", &O::models},
        {"methods", "Gradient methods", "", "gradient methods for the ODE models (see `syzygy list gradients`)", &O::methods},
        {"seeds", "Seeds", "", "trainings of each model, from different starts", &O::seeds, 1, 1000},
        {"first-seed", "First seed", "", "the first seed; the next ones follow in steps of 1", &O::first_seed, 0},
        {"epochs", "Epochs", "", "epochs of each training (0: each model's own)", &O::epochs, 0, 1e6},
        {"network", "Network", "", "widths of the hidden layers of NODE", &O::network},
        {"correction-network", "Network of the correction", "", "widths of the hidden layers of ODE + correction",
         &O::correction_network},
        {"lstm-width", "Width of the LSTM", "", "size of the LSTM's hidden state", &O::lstm_width, 1, 1024},
        {"rtol", "Relative tolerance", "", "relative tolerance of Dopri5 for the ODE models", &O::rtol, 1e-15, 1},
        {"threads", "Threads", "", "threads for the runs (0: one per processor)", &O::threads, 0, 1024},
        {"quick", "Quick", "", "a tenth of the epochs, two seeds at most", &O::quick},
    };
    return list;
}

const OptionList<HiddenForceOptions>& hidden_force_options()
{
    using O = HiddenForceOptions;
    static const OptionList<O> list = [] {
        std::vector<std::string_view> forces;
        for (const HiddenForce& force : hidden_forces()) forces.push_back(force.id);
        // All but the one that needs a file.
        std::vector<std::string_view> known{"auto"};
        for (const CorrectionInfo& info : corrections())
            if (info.id != "torchscript") known.push_back(info.id);
        return OptionList<O>{
            {"force", "Hidden force", "", "force in the data that is missing from Newton's three-body model", &O::force, 0, 0, forces},
            {"correction", "Correction", "", "correction that is fitted to the force (auto: the one that suits it)", &O::correction, 0, 0, known},
            {"strength", "Strength", "", "strength of the force, in the unit of its parameter (0: its default)", &O::strength, 0},
            {"alpha", "Coordinates", "",
             "coordinates of the post-Newtonian term: 0 harmonic, 1 Schwarzschild, 2 those in which the term is central", &O::alpha, -10, 10},
            {"duration", "Duration", "time", "duration of the training window, and of the test window (0: the force's own)",
             &O::duration, 0},
            {"samples", "Samples", "", "observations in the training window", &O::samples, 10, 100000},
            {"noise", "Noise", "length", "one-sigma error of the observed positions", &O::noise, 0},
            {"seeds", "Seeds", "", "number of seeds, of noise and networks", &O::seeds, 1, 1000},
            {"first-seed", "First seed", "", "the first seed; the next ones follow in steps of 1", &O::first_seed, 0},
            {"iterations", "Iterations", "", "iterations of L-BFGS over a network (0: the force's own)", &O::iterations, 0, 1e6},
            {"network", "Network", "", "widths of the hidden layers of the correction", &O::network},
            {"rtol", "Relative tolerance", "", "relative tolerance of Dopri5", &O::rtol, 1e-15, 1},
            {"threads", "Threads", "", "threads for the seeds (0: one per processor)", &O::threads, 0, 1024},
            {"quick", "Quick", "", "one seed and half the iterations", &O::quick},
        };
    }();
    return list;
}

}  // namespace syzygy
