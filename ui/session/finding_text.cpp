#include "ui/session/finding_text.hpp"

#include "physics/fit/value_with_error.hpp"
#include "ui/base/text.hpp"

#include <QCoreApplication>

#include <fmt/format.h>

namespace syzygy {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("finding", text);
}

}  // namespace

QString finding_text(const FittedParameter& parameter, Trust trust)
{
    if (parameter.fixed) return text_of(fmt::format("{:.9g}", parameter.value)) + tr(" (held)");
    if (!parameter.identifiable) return tr("not determined by these data");
    const auto [value, sigma] = value_with_error(parameter.value, parameter.trusted_sigma());
    QString text = text_of(value);
    if (trust == Trust::untrusted || trust == Trust::unfinished)
        text += tr(" (not to be trusted)");
    else
        text += QStringLiteral(" \u00b1 ") + text_of(sigma);
    if (parameter.at_bound) text += tr(", at its bound");
    return text;
}

QString error_origin_text(const FittedParameter& parameter, Trust trust)
{
    if (parameter.fixed || !parameter.identifiable || !(parameter.sigma > 0)) return {};
    const bool widened = parameter.trusted_sigma() > parameter.sigma;
    const QString formal = QStringLiteral("\u00b1 ") + text_of(fmt::format("{:.2g}", parameter.sigma));
    if (trust == Trust::untrusted || trust == Trust::unfinished) return tr("formal error %1").arg(formal);
    if (!widened) return {};
    return tr("widened %1 times; formal error %2")
        .arg(text_of(fmt::format("{:.3g}", parameter.trusted_sigma() / parameter.sigma)), formal);
}

}  // namespace syzygy
