#pragma once

#include "physics/observations/import.hpp"
#include "ui/data/orbit_sketch.hpp"
#include "ui/worker/background.hpp"

#include <QDialog>
#include <QPointer>

#include <array>
#include <filesystem>
#include <vector>

class QCheckBox;
class QComboBox;
class QDialogButtonBox;
class QLabel;
class QLineEdit;
class QTabWidget;
class QTableWidget;
class QVBoxLayout;

namespace syzygy {

class Note;

/// Files before they are opened: what each column is, which body is which, units and frame, as guessed and as a
/// person says. Looks at their beginnings only; whoever listens to `wanted` reads the whole.
class ImportDialog : public QDialog {
    Q_OBJECT
public:
    explicit ImportDialog(Background& background, QWidget* parent = nullptr);
    ~ImportDialog() override;

    /// Looks at these files; shows itself.
    void look_at(std::vector<std::filesystem::path> files);
    const std::vector<std::filesystem::path>& files() const { return files_; }
    /// What is said on the form.
    ImportOptions options() const;
    const ImportPreview& preview() const { return preview_; }

    /// While the files are read: the form is closed to changes, Cancel is open.
    void set_reading(bool reading);
    /// Why the files could not be read as wanted.
    void show_problem(const QString& text);

Q_SIGNALS:
    void wanted(const std::vector<std::filesystem::path>& files, const ImportOptions& options);

private:
    QWidget* make_left();
    QWidget* make_right();
    QComboBox* make_units_box(const QString& name, const QString& help);
    void end_looking(const QString& problem);
    void take_beginnings(std::vector<SourceText> beginnings, ImportPreview preview);
    void refresh();
    void show_files();
    void show_tables();
    void show_bodies();
    void show_units();
    void show_frame();
    void show_outcome();
    void show_scale(const Observations& read);
    QTableWidget* make_table(std::size_t file);
    QTableWidget* make_values_table() const;
    void choose_column(std::size_t file, std::size_t column, int slot);
    void choose_body(int place, int found);
    void add_file();

    QPointer<Background> background_;  ///< may go first when the window does
    int task_ = 0;
    std::vector<std::filesystem::path> files_;
    std::vector<SourceText> beginnings_;
    ImportPreview preview_;

    // What is said.
    std::vector<std::vector<int>> columns_;
    std::array<int, 3> order_{0, 1, 2};
    std::array<QString, 3> names_;  ///< by body as found
    bool showing_ = false;

    QWidget *form_, *file_rows_;
    QVBoxLayout* file_list_;
    std::array<QComboBox*, 3> sources_{};
    std::array<QLineEdit*, 3> name_fields_{};
    QComboBox *units_, *convert_, *time_scale_, *frame_, *plane_;
    QCheckBox* override_;
    QLabel* time_scale_label_;
    Note *units_note_, *scale_note_;
    OrbitSketchView* sketch_;
    QTabWidget* tables_;
    Note *outcome_, *problem_;
    QDialogButtonBox* buttons_;
};

}  // namespace syzygy
