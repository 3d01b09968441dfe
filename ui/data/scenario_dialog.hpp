#pragma once

#include "physics/fit/options.hpp"
#include "ui/data/orbit_sketch.hpp"
#include "ui/document/loaded_data.hpp"
#include "ui/forms/option_form.hpp"
#include "ui/worker/background.hpp"

#include <QDialog>
#include <QPointer>
#include <QTimer>

class QDialogButtonBox;
class QLabel;
class QListWidget;

namespace syzygy {

class Field;
class Note;

/// A training window as a person writes it, "t0:t1", "first 40 %" or nothing for all, as DataOptions has it. The data
/// go from `begin` to `end`. Throws ArgumentError("window", ...).
Interval read_window(std::string_view text, double begin, double end);

/// Makes data: choose a scenario, see its orbit, set sampling, noise, window, and a force beside Newton's.
class ScenarioDialog : public QDialog {
    Q_OBJECT
public:
    explicit ScenarioDialog(Background& background, QWidget* parent = nullptr);
    ~ScenarioDialog() override;

    void choose(std::string_view scenario);
    /// What is set. Throws ArgumentError where the window cannot be.
    Recipe recipe() const;
    FitSetup setup() const;

Q_SIGNALS:
    void wanted(const Recipe& recipe, const FitSetup& setup);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void show_scenario();
    void check();
    void choose_correction();
    void draw();

    QPointer<Background> background_;  ///< may go first when the window does
    int task_ = 0;
    QTimer settle_;  ///< the picture follows the form after a pause
    QListWidget* list_;
    OrbitSketchView* sketch_;
    QLabel* title_;
    Note *description_, *source_, *problem_;
    OptionForm<SimulateOptions>* form_;
    OptionForm<CorrectionOptions>* correction_;
    std::string corrected_with_ = "none";  ///< the kind that its values are of
    Field* window_;
    QDialogButtonBox* buttons_;
};

}  // namespace syzygy
