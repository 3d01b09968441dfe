#include "ui/data/error_dialog.hpp"

#include "core/base/error.hpp"
#include "ui/base/text.hpp"
#include "ui/forms/note.hpp"
#include "ui/theme/theme.hpp"

#include <QApplication>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>

#include <filesystem>
#include <new>
#include <vector>

namespace syzygy {

namespace {

QString place_text(const SourcePlace& place)
{
    QString text = text_of(place.file);
    if (place.line > 0) text += QObject::tr(", line %1").arg(place.line);
    if (place.column > 0) text += QObject::tr(", column %1").arg(place.column);
    return text;
}

/// What is wrong, without place, value and remedy, which what() holds around it (core/base/error.cpp).
QString problem_of(const InputError& error)
{
    std::string text = error.what();
    std::string before = error.place().file;
    if (error.place().line > 0) before += ':' + std::to_string(error.place().line);
    if (error.place().column > 0) before += ':' + std::to_string(error.place().column);
    before += ": ";
    if (text.starts_with(before)) text.erase(0, before.size());
    const auto drop_end = [&text](const std::string& end) {
        if (text.ends_with(end)) text.resize(text.size() - end.size());
    };
    if (!error.remedy().empty()) drop_end("; " + error.remedy());
    if (!error.value().empty()) drop_end(" '" + error.value() + "'");
    return sentence(text_of(text));
}

/// The parts that are there, with the words before them.
std::vector<std::pair<QString, QString>> parts_of(const ErrorReport& report)
{
    std::vector<std::pair<QString, QString>> parts;
    const auto add = [&](const QString& label, const QString& text) {
        if (!text.isEmpty()) parts.emplace_back(label, text);
    };
    add(QObject::tr("What"), report.problem);
    add(QObject::tr("Where"), report.place);
    add(QObject::tr("Found"), report.value);
    add(QObject::tr("Remedy"), report.remedy);
    return parts;
}

}  // namespace

QString ErrorReport::text() const
{
    QString all = title;
    for (const auto& [label, part] : parts_of(*this)) all += QStringLiteral("\n%1: %2").arg(label, part);
    return all + QLatin1Char('\n');
}

QString ErrorReport::line() const
{
    QString all = title.isEmpty() ? problem : QStringLiteral("%1: %2").arg(title, problem);
    if (!value.isEmpty()) all += QStringLiteral(": \u201c%1\u201d").arg(value);
    if (!place.isEmpty()) all += QStringLiteral(" (%1)").arg(place);
    return remedy.isEmpty() ? all : QStringLiteral("%1. %2.").arg(all, remedy);
}

QString sentence(const QString& text)
{
    QString result = text.trimmed();
    while (result.endsWith(QLatin1Char(':'))) result.chop(1);
    if (!result.isEmpty()) result[0] = result[0].toUpper();
    return result;
}

ErrorReport report_of(const std::exception& error, const QString& title)
{
    if (const auto* input = dynamic_cast<const InputError*>(&error))
        return {title, problem_of(*input), place_text(input->place()), text_of(input->value()),
                sentence(text_of(input->remedy()))};
    if (const auto* argument = dynamic_cast<const ArgumentError*>(&error))
        return {title,
                QObject::tr("The option %1 cannot be used").arg(text_of(argument->option())),
                {},
                text_of(argument->value()),
                sentence(text_of(argument->rule()))};
    if (dynamic_cast<const std::bad_alloc*>(&error))
        return {title,
                QObject::tr("The memory of this computer does not suffice"),
                {},
                {},
                QObject::tr("Open fewer rows, or close other programs")};
    return {title, sentence(text_of(error.what())), {}, {}, {}};
}

ErrorDialog::ErrorDialog(QWidget* parent) : QDialog(parent)
{
    setObjectName(QStringLiteral("error-dialog"));
    setWindowTitle(tr("Not done"));
    setMinimumWidth(520);
    auto* const rows = new QVBoxLayout(this);
    auto* const head = new QHBoxLayout;
    icon_ = new QLabel;
    title_ = new QLabel;
    title_->setTextFormat(Qt::PlainText);
    title_->setWordWrap(true);
    QFont font = title_->font();
    font.setBold(true);
    title_->setFont(font);
    head->addWidget(icon_);
    head->addWidget(title_, 1);
    rows->addLayout(head);
    parts_ = new QGridLayout;
    parts_->setColumnStretch(1, 1);
    parts_->setHorizontalSpacing(12);
    rows->addLayout(parts_);
    rows->addStretch();
    auto* const buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    auto* const copy = buttons->addButton(tr("&Copy"), QDialogButtonBox::ActionRole);
    copy->setAutoDefault(false);
    buttons->button(QDialogButtonBox::Close)->setDefault(true);
    rows->addWidget(buttons);
    connect(copy, &QPushButton::clicked, this, [this] { QApplication::clipboard()->setText(report_.text()); });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(&theme_notifier(), &ThemeNotifier::changed, this, &ErrorDialog::take_icon);
    take_icon();
}

void ErrorDialog::take_icon()
{
    icon_->setPixmap(theme_icon("warning").pixmap(22, 22));
}

void ErrorDialog::show_error(const ErrorReport& report)
{
    report_ = report;
    title_->setText(report.title);
    while (QLayoutItem* const item = parts_->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    int row = 0;
    for (const auto& [label, part] : parts_of(report)) {
        auto* const name = new Note(Note::Tone::muted);
        name->setText(label);
        name->setWordWrap(false);
        auto* const text = new Note(Note::Tone::plain);
        text->setText(part);
        parts_->addWidget(name, row, 0, Qt::AlignTop);
        parts_->addWidget(text, row++, 1);
    }
    // Wrapped text says its height only for a width.
    resize(std::max(width(), minimumWidth()), layout()->heightForWidth(std::max(width(), minimumWidth())));
    show();
    raise();
}

}  // namespace syzygy
