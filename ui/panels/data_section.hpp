#pragma once

#include "physics/model/options.hpp"
#include "ui/forms/option_form.hpp"
#include "ui/session/session.hpp"

class QFormLayout;
class QLabel;

namespace syzygy {

class Disclosure;
class Note;

/// What the data are, and how they count.
class DataSection : public QWidget {
    Q_OBJECT
public:
    DataSection(Session& session, QWidget* parent);

    /// For the heading: "aca, 1000 rows".
    QString summary() const;

private:
    void show_data();
    void show_setup();
    void apply();
    Note* add_fact(QFormLayout& facts, const QString& label);

    Session& session_;
    Note *name_, *source_, *rows_, *times_, *units_, *defaults_, *error_;
    Disclosure* notes_heading_;
    Note* notes_;
    OptionForm<DataOptions>* form_;
};

}  // namespace syzygy
