#pragma once

#include <QDBusVariant>
#include <QObject>

#include <optional>

namespace syzygy {

/// What the desktop prefers, light or dark, from its settings portal (org.freedesktop.appearance, color-scheme).
/// Asked without waiting: until the portal answers, and where there is none, nothing is known.
class DesktopScheme : public QObject {
    Q_OBJECT
public:
    explicit DesktopScheme(QObject* parent = nullptr);
    std::optional<bool> prefers_dark() const { return dark_; }

Q_SIGNALS:
    void changed();

private Q_SLOTS:
    void setting_changed(const QString& group, const QString& key, const QDBusVariant& value);

private:
    void set(const QVariant& value);

    std::optional<bool> dark_;
};

}  // namespace syzygy
