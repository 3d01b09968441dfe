#include "ui/base/option_words.hpp"

#include "core/base/error.hpp"
#include "core/ode/options.hpp"
#include "core/optimize/optimizer.hpp"
#include "physics/corrections/corrections.hpp"
#include "physics/fit/options.hpp"
#include "physics/fit/train_options.hpp"
#include "ui/base/text.hpp"

#include <QRegularExpression>

namespace syzygy {

namespace {

/// "" for an option that no form has.
QString label_of(std::string_view id)
{
    QString label;
    const auto look = [&](const auto& list) {
        for (const auto& option : list)
            if (option.id == id) label = text_of(option.label);
    };
    look(data_options());
    look(solver_options());
    look(optimizer_options());
    look(fit_options());
    look(correction_options());
    look(train_options());
    return label;
}

}  // namespace

QString window_words(std::string_view text)
{
    static const QRegularExpression flag(QStringLiteral("--([a-z][a-z0-9-]*)"));
    // What a list of the window does has no flag's name there.
    const QString plain = text_of(text).replace(QStringLiteral("--free masses,initial"), QStringLiteral("\u201cInitial state\u201d Free"));
    QString words;
    qsizetype from = 0;
    for (auto matches = flag.globalMatch(plain); matches.hasNext();) {
        const QRegularExpressionMatch match = matches.next();
        const QString label = label_of(match.captured(1).toStdString());
        words += plain.mid(from, match.capturedStart() - from);
        words += label.isEmpty() ? match.captured() : QStringLiteral("\u201c%1\u201d").arg(label);
        from = match.capturedEnd();
    }
    return words + plain.mid(from);
}

QString refusal_text(const std::exception& error)
{
    const auto* const argument = dynamic_cast<const ArgumentError*>(&error);
    const QString label = argument ? label_of(argument->option()) : QString();
    if (label.isEmpty()) return window_words(error.what());
    const QString rule = window_words(argument->rule());
    // What was left blank needs no value.
    return argument->value().empty() || argument->value() == "nothing"
               ? QStringLiteral("%1: %2").arg(label, rule)
               : QStringLiteral("%1 %2: %3").arg(label, text_of(argument->value()), rule);
}

}  // namespace syzygy
