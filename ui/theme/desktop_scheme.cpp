#include "ui/theme/desktop_scheme.hpp"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QFile>

namespace syzygy {
namespace {

constexpr auto service = "org.freedesktop.portal.Desktop";
constexpr auto path = "/org/freedesktop/portal/desktop";
constexpr auto interface = "org.freedesktop.portal.Settings";
constexpr auto group_name = "org.freedesktop.appearance";
constexpr auto key_name = "color-scheme";
constexpr int timeout_ms = 1000;

// Where no bus is to be found, looking for one would start a program and wait for it.
bool has_bus()
{
    return qEnvironmentVariableIsSet("DBUS_SESSION_BUS_ADDRESS") ||
           QFile::exists(qEnvironmentVariable("XDG_RUNTIME_DIR") + QStringLiteral("/bus"));
}

}  // namespace

DesktopScheme::DesktopScheme(QObject* parent) : QObject(parent)
{
    if (!has_bus()) return;
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected()) return;
    bus.connect(QLatin1String(service), QLatin1String(path), QLatin1String(interface), QStringLiteral("SettingChanged"),
                this, SLOT(setting_changed(QString, QString, QDBusVariant)));
    auto question = QDBusMessage::createMethodCall(QLatin1String(service), QLatin1String(path),
                                                   QLatin1String(interface), QStringLiteral("Read"));
    question << QLatin1String(group_name) << QLatin1String(key_name);
    auto* watcher = new QDBusPendingCallWatcher(bus.asyncCall(question, timeout_ms), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        const QDBusPendingReply<QDBusVariant> reply = *watcher;
        watcher->deleteLater();
        if (reply.isValid()) set(reply.value().variant());
    });
}

void DesktopScheme::setting_changed(const QString& group, const QString& key, const QDBusVariant& value)
{
    if (group == QLatin1String(group_name) && key == QLatin1String(key_name)) set(value.variant());
}

void DesktopScheme::set(const QVariant& value)
{
    // `Read` wraps its answer twice.
    const QVariant inner =
        value.metaType() == QMetaType::fromType<QDBusVariant>() ? value.value<QDBusVariant>().variant() : value;
    std::optional<bool> dark;
    // 0: no preference, 1: dark, 2: light.
    if (const uint scheme = inner.toUInt(); scheme == 1 || scheme == 2) dark = scheme == 1;
    if (dark == dark_) return;
    dark_ = dark;
    Q_EMIT changed();
}

}  // namespace syzygy
