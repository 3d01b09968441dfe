#pragma once

#include <QDialog>
#include <QString>

#include <exception>

class QGridLayout;
class QLabel;

namespace syzygy {

/// An error as a person is told it. Parts that do not apply are empty.
struct ErrorReport {
    QString title;    ///< "a.csv was not opened"
    QString problem;  ///< a sentence
    QString place;    ///< "a.csv, line 3, column 12"
    QString value;    ///< what was found there
    QString remedy;

    /// All of it, for a mail or a search.
    QString text() const;
    /// In one line, for a form or a terminal.
    QString line() const;
};

/// From InputError and ArgumentError with all they say; of others their what().
ErrorReport report_of(const std::exception& error, const QString& title);

/// "The file is empty": how sentences begin.
QString sentence(const QString& text);

/// What went wrong, where, and what to do; beside the work, which goes on. One window, used again.
class ErrorDialog : public QDialog {
    Q_OBJECT
public:
    explicit ErrorDialog(QWidget* parent = nullptr);
    void show_error(const ErrorReport& report);
    const ErrorReport& report() const { return report_; }

private:
    void take_icon();

    ErrorReport report_;
    QLabel *icon_, *title_;
    QGridLayout* parts_;
};

}  // namespace syzygy
