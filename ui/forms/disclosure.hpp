#pragma once

#include <QAbstractButton>

namespace syzygy {

/// A heading that opens and closes what stands below it: chevron, title, and a muted summary at the right end.
/// Remembers its state under `key`, where one is given.
class Disclosure : public QAbstractButton {
    Q_OBJECT
public:
    enum class Level { section, detail };
    Disclosure(const QString& title, Level level, const QString& key, bool open, QWidget* parent = nullptr);

    /// What is shown and hidden.
    void set_body(QWidget* body);
    void set_summary(const QString& summary);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    QFont title_font() const;

    Level level_;
    QString key_, summary_;
    QWidget* body_ = nullptr;
};

}  // namespace syzygy
