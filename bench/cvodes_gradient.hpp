#pragma once

#ifdef SYZYGY_HAVE_CVODES

#include "bench/aca_problem.hpp"

#include <cvodes/cvodes.h>
#include <nvector/nvector_serial.h>
#include <sundials/sundials_context.h>
#include <sunlinsol/sunlinsol_dense.h>
#include <sunmatrix/sunmatrix_dense.h>
#include <sunnonlinsol/sunnonlinsol_fixedpoint.h>
#include <sunnonlinsol/sunnonlinsol_newton.h>

#include <stdexcept>
#include <string>

// No communicator of MPI: SUNDIALS 7 has a name for it, which depends on how it was built; version 6 takes any pointer.
#ifndef SUN_COMM_NULL
#define SUN_COMM_NULL nullptr
#endif

namespace syzygy::bench {

/// How CVODES is set up. All use our right-hand side and hand-written sensitivities.
struct CvodesSettings {
    std::string name;
    int method = CV_ADAMS;         ///< or CV_BDF
    int corrector = CV_STAGGERED;  ///< or CV_SIMULTANEOUS
    bool newton = false;           ///< else fixed-point iteration
    bool control = true;           ///< sensitivities count in the error test
    double rtol = 1e-7, atol = 1e-7;
    bool fused = true;             ///< vector operations fused, as SUNDIALS's manual advises
};

/// Loss and mass gradient by SUNDIALS CVODES's forward sensitivities, set up once and used again and again.
class CvodesGradient {
public:
    static constexpr int tangents = 3;
    using Tangents = Eigen::Matrix<double, 18, tangents>;

    CvodesGradient(const AcaProblem& aca, const CvodesSettings& settings) : aca_(aca), settings_(settings)
    {
        check(SUNContext_Create(SUN_COMM_NULL, &context_));
        y_ = N_VNew_Serial(18, context_);
        check(N_VEnableFusedOps_Serial(y_, settings.fused));
        sensitivities_ = N_VCloneVectorArray(tangents, y_);
        reset();
        memory_ = CVodeCreate(settings.method, context_);
        check(CVodeInit(memory_, &rhs, 0, y_));
        check(CVodeSStolerances(memory_, settings.rtol, settings.atol));
        check(CVodeSetUserData(memory_, this));
        check(CVodeSetMaxNumSteps(memory_, 1'000'000));
        check(CVodeSensInit(memory_, tangents, settings.corrector, &sensitivity_rhs, sensitivities_));
        double atol[tangents];
        for (double& value : atol) value = settings.atol;
        check(CVodeSensSStolerances(memory_, settings.rtol, atol));
        check(CVodeSetSensErrCon(memory_, settings.control));
        // The sensitivities' equations are solved apart from the state's or with them; CVODES wants both solvers.
        const bool together = settings.corrector == CV_SIMULTANEOUS;
        const int count = together ? tangents + 1 : tangents;
        if (settings.newton) {
            matrix_ = SUNDenseMatrix(18, 18, context_);
            linear_ = SUNLinSol_Dense(y_, matrix_, context_);
            state_solver_ = SUNNonlinSol_Newton(y_, context_);
            sensitivity_solver_ = SUNNonlinSol_NewtonSens(count, y_, context_);
        } else {
            state_solver_ = SUNNonlinSol_FixedPoint(y_, 0, context_);
            sensitivity_solver_ = SUNNonlinSol_FixedPointSens(count, y_, 0, context_);
        }
        check(CVodeSetNonlinearSolver(memory_, state_solver_));
        check(together ? CVodeSetNonlinearSolverSensSim(memory_, sensitivity_solver_)
                       : CVodeSetNonlinearSolverSensStg(memory_, sensitivity_solver_));
        if (settings.newton) {
            check(CVodeSetLinearSolver(memory_, linear_, matrix_));
            check(CVodeSetJacFn(memory_, &jacobian));
        }
    }
    CvodesGradient(const CvodesGradient&) = delete;
    CvodesGradient& operator=(const CvodesGradient&) = delete;
    ~CvodesGradient()
    {
        CVodeFree(&memory_);
        SUNNonlinSolFree(state_solver_);
        SUNNonlinSolFree(sensitivity_solver_);
        if (linear_) SUNLinSolFree(linear_);
        if (matrix_) SUNMatDestroy(matrix_);
        N_VDestroyVectorArray(sensitivities_, tangents);
        N_VDestroy(y_);
        SUNContext_Free(&context_);
    }

    /// The loss; `gradient` by the three masses.
    double operator()(Eigen::Vector3d& gradient)
    {
        reset();
        check(CVodeReInit(memory_, 0, y_));
        check(CVodeSensReInit(memory_, settings_.corrector, sensitivities_));
        rhs_ = sensitivity_rhs_ = 0;
        double loss = 0;
        gradient.setZero();
        Loss::Observed cotangent;
        for (std::size_t k = 0; k < aca_.loss.times().size(); ++k) {
            double t = aca_.loss.times()[k];
            // CV_NORMAL steps over the observation times and interpolates, as ours does.
            if (t > 0) {
                check(CVode(memory_, t, y_, &t, CV_NORMAL));
                check(CVodeGetSens(memory_, &t, sensitivities_));
            }
            const Loss::Observed y = Eigen::Map<const Loss::Observed>(N_VGetArrayPointer(y_));
            loss += aca_.loss.add(k, y, cotangent);
            for (int j = 0; j < tangents; ++j)
                gradient[j] += cotangent.dot(Eigen::Map<const Loss::Observed>(N_VGetArrayPointer(sensitivities_[j])));
        }
        return loss;
    }

    long steps() const
    {
        long count = 0;
        CVodeGetNumSteps(memory_, &count);
        return count;
    }
    long rhs_evaluations() const { return rhs_; }
    long sensitivity_evaluations() const { return sensitivity_rhs_; }

private:
    static void check(int flag)
    {
        if (flag < 0) throw std::runtime_error("CVODES failed with flag " + std::to_string(flag));
    }
    static State state(N_Vector v) { return Eigen::Map<const State>(N_VGetArrayPointer(v)); }

    void reset()
    {
        Eigen::Map<State>(N_VGetArrayPointer(y_)) = aca_.task.y0;
        for (int j = 0; j < tangents; ++j) Eigen::Map<State>(N_VGetArrayPointer(sensitivities_[j])).setZero();
    }

    static int rhs(double t, N_Vector y, N_Vector dydt, void* self)
    {
        auto& gradient = *static_cast<CvodesGradient*>(self);
        ++gradient.rhs_;
        State value;
        gradient.aca_.system.rhs(t, state(y), value);
        Eigen::Map<State>(N_VGetArrayPointer(dydt)) = value;
        return 0;
    }
    static int sensitivity_rhs(int, double t, N_Vector y, N_Vector, N_Vector* tangent, N_Vector* derivative, void* self,
                               N_Vector, N_Vector)
    {
        auto& gradient = *static_cast<CvodesGradient*>(self);
        ++gradient.sensitivity_rhs_;
        Tangents y_dot, f_dot;
        for (int j = 0; j < tangents; ++j) y_dot.col(j) = Eigen::Map<const State>(N_VGetArrayPointer(tangent[j]));
        gradient.aca_.system.jvp_columns(t, state(y), y_dot, Eigen::Matrix3d::Identity(), f_dot);
        for (int j = 0; j < tangents; ++j) Eigen::Map<State>(N_VGetArrayPointer(derivative[j])) = f_dot.col(j);
        return 0;
    }
    static int jacobian(double t, N_Vector y, N_Vector, SUNMatrix matrix, void* self, N_Vector, N_Vector, N_Vector)
    {
        const auto& gradient = *static_cast<CvodesGradient*>(self);
        using Jacobian = Eigen::Matrix<double, 18, 18>;
        const Jacobian identity = Jacobian::Identity();
        Jacobian result;
        gradient.aca_.system.jvp_columns(t, state(y), identity, Eigen::Matrix<double, 3, 18>::Zero(), result);
        Eigen::Map<Jacobian>(SM_DATA_D(matrix)) = result;
        return 0;
    }

    const AcaProblem& aca_;
    CvodesSettings settings_;
    SUNContext context_ = nullptr;
    N_Vector y_ = nullptr;
    N_Vector* sensitivities_ = nullptr;
    void* memory_ = nullptr;
    SUNNonlinearSolver state_solver_ = nullptr, sensitivity_solver_ = nullptr;
    SUNMatrix matrix_ = nullptr;
    SUNLinearSolver linear_ = nullptr;
    long rhs_ = 0, sensitivity_rhs_ = 0;
};

}  // namespace syzygy::bench

#endif
