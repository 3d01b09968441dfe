// The peer that the benchmarks are measured against computes the same gradient, whichever SUNDIALS it is built with.
#include "bench/cvodes_gradient.hpp"
#include "bench/aca_problem.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace syzygy::bench {
namespace {

TEST(CvodesGradient, ConvergesToTheGradientOfLongDoubleWithEverySetting)
{
#ifdef SYZYGY_HAVE_CVODES
    const AcaProblem aca(50);
    const Eigen::Vector3d reference = aca.reference_gradient();
    for (const int corrector : {CV_STAGGERED, CV_SIMULTANEOUS})
        for (const bool newton : {false, true}) {
            double previous = std::numeric_limits<double>::infinity();
            for (const double tolerance : {1e-5, 1e-7, 1e-9}) {
                CvodesGradient peer(aca, {"", CV_ADAMS, corrector, newton, true, tolerance, tolerance});
                Eigen::Vector3d gradient;
                peer(gradient);
                const double error = (gradient - reference).norm() / reference.norm();
                // The error of a method with error control is about proportional to the tolerance: a hundredth of it
                // must leave less than a tenth of the error.
                EXPECT_LT(error, 0.1 * previous) << corrector << newton << ' ' << tolerance;
                previous = error;
            }
        }
#else
    GTEST_SKIP() << "built without SUNDIALS CVODES";
#endif
}

}  // namespace
}  // namespace syzygy::bench
