#pragma once

#include "ui/actions/actions.hpp"
#include "ui/compare/compare_session.hpp"
#include "ui/forms/option_form.hpp"

#include <QWidget>

#include <map>
#include <string>

class QCheckBox;
class QComboBox;
class QProgressBar;
class QVBoxLayout;

namespace syzygy {

class Note;

/// What to compare: run and stop above the subject, the methods, tolerances and horizons, and which run is shown.
class CompareSetupPanel : public QWidget {
    Q_OBJECT
public:
    CompareSetupPanel(ActionSet& actions, Session& session, CompareSession& compare, QWidget* parent = nullptr);
    QSize sizeHint() const override { return {320, 640}; }

private:
    QWidget* make_buttons(ActionSet& actions);
    QWidget* make_subject();
    QWidget* make_gradients();
    QWidget* make_solvers();
    QWidget* make_shown();
    void show_setup();
    void show_state();
    void show_rows();
    void paint_swatches();
    template <class Change>
    void change(Change&& change);

    Session& session_;
    CompareSession& compare_;
    QComboBox* subject_;
    Note *subject_help_, *error_, *progress_text_;
    QProgressBar* progress_;
    OptionForm<CompareSetup>*problem_form_, *run_form_;
    OptionForm<GradientOptions>* method_form_;
    std::map<std::string, QCheckBox*> gradients_, methods_;
    /// Which run is shown: a choice for each thing in which runs differ.
    struct Choice {
        QComboBox* box;
        QWidget* label;
    };
    Choice gradient_{}, solver_{}, rtol_{}, horizon_{};
};

}  // namespace syzygy
