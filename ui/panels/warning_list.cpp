#include "ui/panels/warning_list.hpp"

#include "ui/base/option_words.hpp"
#include "ui/base/text.hpp"
#include "ui/forms/flow_layout.hpp"
#include "ui/forms/note.hpp"
#include "ui/session/remedies.hpp"

#include <QPushButton>
#include <QVBoxLayout>

namespace syzygy {

namespace {

QString capitalised(QString text)
{
    if (!text.isEmpty()) text[0] = text[0].toUpper();
    return text;
}

}  // namespace

WarningList::WarningList(Session& session, QWidget* parent)
    : QWidget(parent), session_(session), rows_(new QVBoxLayout(this))
{
    setObjectName(QStringLiteral("warnings"));
    rows_->setContentsMargins(0, 0, 0, 0);
    connect(&session_, &Session::result_changed, this, &WarningList::show_warnings);
    show_warnings();
}

void WarningList::show_warnings()
{
    // Not at once: a button of it may be what changed the result.
    if (content_) {
        content_->hide();
        content_->deleteLater();
        content_ = nullptr;
    }
    const auto result = session_.result();
    const bool any = result && !result->warnings.empty();
    setVisible(any);
    if (!any) return;
    content_ = new QWidget(this);
    auto* column = new QVBoxLayout(content_);
    column->setContentsMargins(10, 8, 10, 4);
    column->setSpacing(4);
    for (const Warning& warning : result->warnings) {
        const bool serious = severity(warning, *result) == Severity::serious;
        auto* title = new Note(serious ? Note::Tone::error : Note::Tone::warning, content_);
        QFont bold = title->font();
        bold.setWeight(QFont::DemiBold);
        title->setFont(bold);
        title->setText(capitalised(text_of(short_text(warning, *result))));
        column->addWidget(title);
        // What can be done stands first: the text is long.
        auto* line = new FlowLayout;
        for (const Remedy& remedy : remedies(warning, session_)) {
            auto* button = new QPushButton(remedy.label, content_);
            button->setObjectName(text_of(warning.code) + ":" + text_of(remedy.id));
            button->setAutoDefault(false);
            button->setToolTip(remedy.help + tr("; then fits again"));
            connect(button, &QPushButton::clicked, this, [this, remedy] {
                try {
                    apply_remedy(remedy, session_);
                } catch (const ArgumentError& error) {
                    Q_EMIT session_.said(refusal_text(error), true);
                }
            });
            line->addWidget(button);
        }
        if (line->count() > 0)
            column->addLayout(line);
        else
            delete line;
        auto* message = new Note(Note::Tone::plain, content_);
        message->setText(capitalised(window_words(warning.message)) + ".");
        column->addWidget(message);
        column->addSpacing(6);
    }
    rows_->addWidget(content_);
    content_->show();
}

}  // namespace syzygy
