#pragma once

#include <QWidget>

#include <array>
#include <optional>

class QCheckBox;

namespace syzygy {

class Disclosure;
class Field;
class Note;
class ResetButton;

/// The initial state of one body as numbers: x y z and vx vy vz, each with its value, whether a fit looks for it, what the fit
/// found of its error, and a way back to the first row of the data. A number that differs from that row has a mark.
class StateFold : public QWidget {
    Q_OBJECT
public:
    explicit StateFold(QWidget* parent);

    /// Names of the body and of the units of length and velocity, "" where they have none.
    void set_names(const QString& body, const QString& length, const QString& velocity);
    struct Number {
        double value = 0;
        std::optional<double> observed;  ///< in the first row of the window
        bool free = false;
        bool can_be_free = true;         ///< not of the body that positions are relative to
        bool fitted = false;             ///< as a fit found it, not a hand
        QString error;                   ///< what a fit found: "± 12"; "" where nothing is known
    };
    /// In the order x y z vx vy vz.
    void show_numbers(const std::array<Number, 6>& numbers);

Q_SIGNALS:
    void value_entered(int number, double value);
    void free_entered(int number, bool free);

private:
    struct Row {
        Field* value = nullptr;
        QCheckBox* free = nullptr;
        ResetButton* reset = nullptr;
        Note* error = nullptr;
        std::optional<double> observed;
    };
    Disclosure* heading_;
    std::array<Row, 6> rows_;
};

}  // namespace syzygy
