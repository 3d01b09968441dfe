#pragma once

#include "ui/forms/option_form.hpp"
#include "ui/session/session.hpp"

#include <QWidget>

namespace syzygy {

class Note;

/// The solver's options.
class SolverSection : public QWidget {
    Q_OBJECT
public:
    SolverSection(Session& session, QWidget* parent);
    /// For the heading: "Dormand-Prince 5(4), 1e-12".
    QString summary() const;

private:
    void show_setup();
    void apply();

    Session& session_;
    OptionForm<SolverOptions>* form_;
    Note* error_;
};

/// How the loss is minimised: optimiser, gradient method and its options, robust loss. Shows the options that apply.
class MinimiserSection : public QWidget {
    Q_OBJECT
public:
    MinimiserSection(Session& session, QWidget* parent);
    /// For the heading: "Levenberg-Marquardt".
    QString summary() const;

private:
    void show_setup();
    void apply_optimizer(OptionForm<OptimizerOptions>& form);
    void apply_fit(OptionForm<FitOptions>& form);
    void apply_gradient();
    void show_rows_that_apply();

    Session& session_;
    OptionForm<OptimizerOptions>*optimizer_, *details_;  ///< what is often changed, and the rest
    OptionForm<FitOptions>*method_, *fit_;   ///< the gradient method, and the rest
    OptionForm<GradientOptions>* gradient_;  ///< options of the gradient method
    Note* error_;
};

}  // namespace syzygy
