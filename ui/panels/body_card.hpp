#pragma once

#include <QWidget>

#include <optional>

class QCheckBox;

namespace syzygy {

class Disclosure;
class FactorSlider;
class Field;
class Note;
class StateFold;

/// One body: colour, name, mass with slider and number, free or held, bounds, what is known of it.
class BodyCard : public QWidget {
    Q_OBJECT
public:
    BodyCard(int body, QWidget* parent);

    void set_name(const QString& name, const QString& mass_unit);
    void set_mass(double mass);
    void set_truth(std::optional<double> truth);
    void set_free(bool free);
    void set_bounds(double lower, double upper);
    void set_bounds_visible(bool visible);
    /// Its initial state, as numbers.
    StateFold& state() { return *state_; }
    /// "1.1000 ± 0.0002"; "" hides the line. `doubtful`: in the colour of warnings.
    void set_finding(const QString& text, bool doubtful);
    /// True while the slider or the number is dragged.
    bool held() const;

Q_SIGNALS:
    void mass_entered(double mass);
    void free_entered(bool free);
    void bounds_entered(double lower, double upper);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void take_colours();
    void enter_bounds();

    int body_;
    QString name_;
    QCheckBox* free_;
    FactorSlider* slider_;
    Field *mass_, *lower_, *upper_;
    QWidget* bounds_;
    Note* finding_;
    StateFold* state_;
};

}  // namespace syzygy
