// What a correction adds to each evaluation of the right-hand side and to its derivatives: acceleration, vjp, jvp.

#include "physics/corrections/corrections.hpp"

#include <benchmark/benchmark.h>

namespace {

using namespace syzygy;

struct Setup {
    std::shared_ptr<const Correction> correction;
    Eigen::VectorXd p, p_bar;
    State y, y_bar = State::Zero();
    Eigen::Vector3d masses{1.1, 1.1, 0.9}, masses_bar = Eigen::Vector3d::Zero();
    Eigen::Matrix<double, 9, 1> a = Eigen::Matrix<double, 9, 1>::Zero(), w = Eigen::Matrix<double, 9, 1>::Ones();
    std::vector<double> tape, scratch;

    explicit Setup(const CorrectionOptions& options)
        : correction(make_correction(options, {})),
          p(correction->initial_parameters()),
          p_bar(Eigen::VectorXd::Zero(p.size())),
          tape(correction->tape_size()),
          scratch(correction->scratch_size())
    {
        y << 0, .2, 0, .5, 0, .5, 0, 0, .5, 0, .1, 0, 0, 0, .1, .1, 0, 0;
        p.array() += 0.01;
        evaluate();
    }
    void evaluate() { correction->add_acceleration(0.1, y, masses, p.data(), a.data(), tape.data(), scratch.data()); }
};

void acceleration(benchmark::State& run, const CorrectionOptions& options)
{
    Setup at(options);
    for (auto _ : run) {
        at.evaluate();
        benchmark::ClobberMemory();
    }
}

void vjp(benchmark::State& run, const CorrectionOptions& options)
{
    Setup at(options);
    for (auto _ : run) {
        at.correction->add_vjp(0.1, at.y, at.masses, at.p.data(), at.tape.data(), at.w.data(), at.y_bar,
                               at.masses_bar.data(), at.p_bar.data(), at.scratch.data());
        benchmark::ClobberMemory();
    }
}

void jvp(benchmark::State& run, const CorrectionOptions& options)
{
    Setup at(options);
    for (auto _ : run) {
        at.correction->add_jvp(0.1, at.y, at.masses, at.p.data(), at.tape.data(), at.y, at.masses.data(), at.p.data(),
                               at.a.data(), at.scratch.data());
        benchmark::ClobberMemory();
    }
}

const bool registered = [] {
    const auto add = [](const std::string& name, const CorrectionOptions& options) {
        benchmark::RegisterBenchmark((name + "/acceleration").c_str(), acceleration, options);
        benchmark::RegisterBenchmark((name + "/vjp").c_str(), vjp, options);
        benchmark::RegisterBenchmark((name + "/jvp").c_str(), jvp, options);
    };
    for (const CorrectionInfo& info : corrections()) {
        if (info.id == "torchscript") continue;
        CorrectionOptions options;
        options.correction = info.id;
        add(std::string(info.id), options);
        if (info.id != "pairwise") continue;
        options.potential = true;
        add("pairwise of a potential", options);
    }
    return true;
}();

}  // namespace
