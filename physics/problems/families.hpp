#pragma once

#include "physics/problems/problem.hpp"

/// The test problems, one function per family; problems.cpp makes the table of them.
namespace syzygy::problems {

TestProblem decay();
TestProblem van_der_pol();
TestProblem lotka_volterra();
TestProblem oscillator();
TestProblem damped_oscillator();
TestProblem kepler();
TestProblem lorenz();

}  // namespace syzygy::problems
