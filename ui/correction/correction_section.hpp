#pragma once

#include "ui/forms/option_form.hpp"
#include "ui/session/session.hpp"

#include <QWidget>

#include <vector>

class QCheckBox;
class QGridLayout;

namespace syzygy {

class Field;
class Note;

/// Which correction acts beside Newton's force, how its network is made or which values its parameters have, and how it is
/// trained. Shows the options that apply.
class CorrectionSection : public QWidget {
    Q_OBJECT
public:
    CorrectionSection(Session& session, QWidget* parent);
    /// For the heading: "Central forces", "None".
    QString summary() const;

private:
    /// A parameter with a name: what stands on screen, and what a fit found of it.
    struct ParameterRow {
        QWidget* name;
        Field* value;
        Note* finding;
        std::string id;
    };

    void show_setup();
    void show_point();
    void show_result();
    void show_epoch(const Correction* correction);
    void show_rows_that_apply();
    void show_what_a_fit_is();
    void make_parameter_rows(const Correction* correction);
    void apply_correction();
    void apply_training();
    void set_free(bool free);
    void set_value(std::size_t row, double value);
    QString choose_device();
    void say(const ArgumentError& error);

    Session& session_;
    OptionForm<CorrectionOptions>* form_;
    OptionForm<TrainOptions>* train_;
    QCheckBox* free_;
    QWidget* parameters_;
    QGridLayout* grid_;
    std::vector<ParameterRow> rows_;
    Note *kind_, *epoch_, *what_, *error_;
};

}  // namespace syzygy
