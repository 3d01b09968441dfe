#pragma once

#include "physics/fit/parameter_text.hpp"
#include "ui/forms/option_form.hpp"
#include "ui/session/session.hpp"

#include <QWidget>

#include <array>
#include <functional>

class QComboBox;

namespace syzygy {

class BodyCard;
class Disclosure;
class Note;

/// The masses: by hand, free or held, bounds, what a fit found; and what is free of the initial state.
class BodiesSection : public QWidget {
    Q_OBJECT
public:
    BodiesSection(Session& session, QWidget* parent);

private:
    void show_data();
    void show_setup();
    void show_state_freedom();
    void show_error(const ArgumentError& error);
    void show_point();
    void show_result();
    void show_state_numbers();
    void set_state_number(int body, int number, double value);
    void set_state_number_free(int body, int number, bool free);
    void set_mass(int body, double mass);
    void set_free(int body, bool free);
    void set_bounds(int body, double lower, double upper);
    void set_state_freedom();
    void apply_form();
    /// Sets the options of the fit to others made of them; an error of either is shown below the cards.
    bool try_fit_options(const std::function<FitOptions(const FitOptions&)>& changed);

    Session& session_;
    Note* unit_;
    std::array<BodyCard*, 3> cards_;
    QComboBox* state_;
    Note* error_;
    OptionForm<FitOptions>* form_;
};

}  // namespace syzygy
