#include "ui/forms/option_form.hpp"

#include "core/ode/methods.hpp"
#include "core/optimize/optimizer.hpp"
#include "physics/corrections/corrections.hpp"
#include "physics/model/gradient.hpp"
#include "ui/base/option_words.hpp"
#include "ui/base/text.hpp"
#include "ui/forms/disclosure.hpp"
#include "ui/forms/field.hpp"
#include "ui/forms/note.hpp"
#include "ui/forms/reset_button.hpp"
#include "ui/session/unit_symbols.hpp"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QMenu>
#include <QVBoxLayout>

#include <cmath>

namespace syzygy {

namespace {

/// Narrow enough for a panel of 280 pixels; longer labels wrap.
constexpr int label_width = 124;
/// Combo boxes with longer entries get a line of their own below the label.
constexpr int longest_beside_label = 76;

std::string unit_label(const std::string& unit, const UnitSystem& units)
{
    if (unit == "time") return unit_symbols(units).time;
    if (unit == "length") return unit_symbols(units).length;
    if (unit == "mass") return unit_symbols(units).mass;
    return unit == "state" ? "" : unit;
}

}  // namespace

std::vector<FormChoice> form_choices(std::string_view option, std::span<const std::string_view> values)
{
    std::vector<FormChoice> choices;
    for (const std::string_view value : values) {
        FormChoice choice{std::string(value), text_of(value), {}};
        // Ids without a table are words: "huber".
        choice.label[0] = choice.label[0].toUpper();
        if (option == "method") {
            const MethodInfo& info = find_method(value);
            choice.label = text_of(info.label);
            choice.help = QString("Order %1, %2. %3").arg(info.order).arg(info.adaptive() ? "adaptive" : "fixed step", text_of(info.source));
        } else if (option == "optimizer") {
            const OptimizerInfo& info = find_optimizer(value);
            choice.label = text_of(info.label);
            choice.help = text_of(info.help);
        } else if (option == "correction") {
            choice.label = value == "none" ? QStringLiteral("None: Newton alone") : text_of(find_correction(value).label);
            choice.help = value == "none" ? QString() : window_words(find_correction(value).help);
        } else if (option == "gradient")
            for (const GradientMethodInfo& info : gradient_method_infos())
                if (info.id == value) {
                    choice.label = text_of(info.label);
                    choice.help = text_of(info.help);
                }
        choices.push_back(std::move(choice));
    }
    return choices;
}

struct OptionFormBase::Row {
    FormField field;
    bool visible = true;
    QLabel* label = nullptr;  ///< null for a check box, which has its own
    QWidget* editor = nullptr;
    QWidget* reset = nullptr;
    Note* error = nullptr;
    QGridLayout* grid = nullptr;
    int line = 0;

    QString help(const UnitSystem& units) const
    {
        QStringList facts;
        const std::string unit = unit_label(field.unit, units);
        if (!unit.empty()) facts << "in " + QString::fromStdString(unit);
        const bool number = field.kind == FormField::Kind::number || field.kind == FormField::Kind::integer ||
                            field.kind == FormField::Kind::numbers;
        if (const std::string range = number ? range_text(field.lowest, field.highest) : ""; !range.empty())
            facts << QString::fromStdString(range);
        if (!field.default_text.empty()) facts << "default " + QString::fromStdString(field.default_text);
        facts << "--" + QString::fromStdString(field.id);
        QString text = field.help;
        if (!text.isEmpty()) text[0] = text[0].toUpper();
        return text + "\n" + facts.join("; ");
    }
};

OptionFormBase::OptionFormBase(QWidget* parent) : QWidget(parent) {}
OptionFormBase::~OptionFormBase() = default;

void OptionFormBase::build(const FormLayout& layout, std::vector<FormField> fields)
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    const auto make_grid = [] {
        auto* grid = new QGridLayout;
        grid->setContentsMargins(0, 0, 0, 0);
        grid->setHorizontalSpacing(4);
        grid->setVerticalSpacing(6);
        grid->setColumnMinimumWidth(0, label_width);
        grid->setColumnStretch(2, 1);
        return grid;
    };
    QGridLayout* basic = make_grid();
    column->addLayout(basic);
    const std::size_t basic_count = layout.basic.size();
    for (std::size_t i = 0; i < basic_count; ++i) add_row(*basic, std::move(fields[i]));
    if (!layout.more.empty()) {
        more_ = new Disclosure(layout.more_title, Disclosure::Level::detail, layout.key + "/more", false, this);
        column->addWidget(more_);
        auto* body = new QWidget(this);
        QGridLayout* more = make_grid();
        body->setLayout(more);
        column->addWidget(body);
        for (std::size_t i = basic_count; i < fields.size(); ++i) {
            more_ids_.push_back(fields[i].id);
            add_row(*more, std::move(fields[i]));
        }
        more_->set_body(body);
    }
    show_values();
}

void OptionFormBase::add_row(QGridLayout& grid, FormField field)
{
    rows_.push_back(std::make_unique<Row>());
    Row& row = *rows_.back();
    row.field = std::move(field);
    row.grid = &grid;
    row.line = grid.rowCount();
    if (row.field.kind != FormField::Kind::flag) {
        row.label = new QLabel(row.field.label, this);
        row.label->setWordWrap(true);
        row.label->setFixedWidth(label_width);
        row.label->setToolTip(row.help(units_));
        grid.addWidget(row.label, row.line, 0);
    }
    row.editor = make_editor(row);
    place_editor(row);

    auto* reset = new ResetButton(this);
    reset->setToolTip("Back to " + (row.field.default_text.empty() ? QString("nothing given")
                                                                  : QString::fromStdString(row.field.default_text)));
    connect(reset, &QAbstractButton::clicked, this, [this, &row] {
        if (auto* line = qobject_cast<Field*>(row.editor)) line->setModified(false);
        enter(row, row.field.default_text);
        show_value(row);
    });
    row.reset = reset;
    grid.addWidget(reset, row.line, 1);

    row.error = new Note(Note::Tone::error, this);
    row.error->hide();
    grid.addWidget(row.error, row.line + 2, 0, 1, 3);
}

void OptionFormBase::place_editor(Row& row)
{
    int longest = 0;
    for (const FormChoice& choice : row.field.choices)
        longest = std::max(longest, fontMetrics().horizontalAdvance(choice.label));
    if (row.field.kind == FormField::Kind::flag)
        row.grid->addWidget(row.editor, row.line, 0);
    else if (longest > longest_beside_label)
        row.grid->addWidget(row.editor, row.line + 1, 0, 1, 3);
    else
        row.grid->addWidget(row.editor, row.line, 2);
}

QWidget* OptionFormBase::make_editor(Row& row)
{
    switch (row.field.kind) {
    case FormField::Kind::flag: {
        auto* box = new QCheckBox(row.field.label, this);
        box->setToolTip(row.help(units_));
        connect(box, &QCheckBox::clicked, this, [this, &row](bool on) { enter(row, value_text(on)); });
        return box;
    }
    case FormField::Kind::choice: {
        auto* box = new QComboBox(this);
        // Long entries do not widen the panel.
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(4);
        for (const FormChoice& choice : row.field.choices) {
            box->addItem(choice.label, QString::fromStdString(choice.value));
            box->setItemData(box->count() - 1, choice.help, Qt::ToolTipRole);
        }
        box->setToolTip(row.help(units_));
        connect(box, &QComboBox::activated, this,
                [this, &row, box](int index) { enter(row, box->itemData(index).toString().toStdString()); });
        return box;
    }
    default: break;
    }
    auto* line = new Field(this);
    line->set_help(row.help(units_));
    line->set_unit(QString::fromStdString(unit_label(row.field.unit, units_)));
    line->set_check([this, &row](const std::string& text) { check(row.field.id, text); });
    if (row.field.kind == FormField::Kind::number) {
        double default_value = 0;
        read_value(row.field.id, row.field.default_text, default_value);
        line->set_scrub(scrub_rule(row.field.lowest, row.field.highest, default_value));
    } else if (row.field.kind == FormField::Kind::integer)
        line->set_scrub(ScrubRule{ScrubRule::Scale::integer, row.field.lowest, row.field.highest});
    else
        line->setPlaceholderText("not given");
    connect(line, &Field::entered, this, [this, &row](const QString& text) { enter(row, text.toStdString()); });
    connect(line, &Field::rule_changed, this, [&row](const QString& rule) {
        row.error->setText(rule);
        row.error->setVisible(!rule.isEmpty() && row.visible);
    });
    return line;
}

OptionFormBase::Row& OptionFormBase::row(std::string_view id) const
{
    const auto found = std::ranges::find_if(rows_, [id](const auto& row) { return row->field.id == id; });
    if (found == rows_.end()) throw ArgumentError("option", id, "is not in the form");
    return **found;
}

QWidget* OptionFormBase::editor(std::string_view id) const
{
    const auto found = std::ranges::find_if(rows_, [id](const auto& row) { return row->field.id == id; });
    return found == rows_.end() ? nullptr : (*found)->editor;
}

QWidget* OptionFormBase::reset_button(std::string_view id) const
{
    return row(id).reset;
}

QString OptionFormBase::rule(std::string_view id) const
{
    const auto* line = qobject_cast<Field*>(row(id).editor);
    return line ? line->rule() : row(id).error->text();
}

QString OptionFormBase::broken_rule() const
{
    for (const auto& each : rows_)
        if (const QString broken = rule(each->field.id); !broken.isEmpty())
            return tr("%1 %2").arg(each->field.label, broken);
    return {};
}

void OptionFormBase::set_row_visible(std::string_view id, bool visible)
{
    Row& r = row(id);
    if (r.visible == visible) return;
    r.visible = visible;
    if (r.label) r.label->setVisible(visible);
    r.editor->setVisible(visible);
    r.error->setVisible(visible && !r.error->text().isEmpty());
    show_default_mark(r);
    if (!more_) return;
    more_->setVisible(std::ranges::any_of(more_ids_, [this](const std::string& more_id) { return row(more_id).visible; }));
}

void OptionFormBase::set_choices(std::string_view id, std::vector<FormChoice> choices)
{
    Row& r = row(id);
    r.field.kind = FormField::Kind::choice;
    r.field.choices = std::move(choices);
    delete r.editor;
    r.editor = make_editor(r);
    place_editor(r);
    r.editor->setVisible(r.visible);
    show_value(r);
}

void OptionFormBase::add_help(std::string_view id, const QIcon& icon, const QString& what, std::function<QString()> choose)
{
    Row& r = row(id);
    auto* const line = qobject_cast<Field*>(r.editor);
    if (!line) return;
    QAction* const action = line->addAction(icon, QLineEdit::TrailingPosition);
    action->setToolTip(what);
    connect(action, &QAction::triggered, this, [this, &r, line, choose = std::move(choose)] {
        const QString chosen = choose();
        if (chosen.isEmpty()) return;
        line->setModified(false);
        try {
            check(r.field.id, chosen.toStdString());
        } catch (const ArgumentError&) {
            return;
        }
        enter(r, chosen.toStdString());
        show_value(r);
    });
}

void OptionFormBase::set_units(const UnitSystem& units)
{
    if (units == units_) return;
    units_ = units;
    for (const auto& r : rows_) {
        const QString help = r->help(units_);
        if (r->label) r->label->setToolTip(help);
        if (auto* line = qobject_cast<Field*>(r->editor)) {
            line->set_help(help);
            line->set_unit(QString::fromStdString(unit_label(r->field.unit, units_)));
        }
    }
}

void OptionFormBase::show_values()
{
    for (const auto& r : rows_) show_value(*r);
}

void OptionFormBase::show_value(Row& r)
{
    const QString value = QString::fromStdString(text(r.field.id));
    if (auto* line = qobject_cast<Field*>(r.editor))
        line->show_value(value);
    else if (auto* flag = qobject_cast<QCheckBox*>(r.editor))
        flag->setChecked(value == "true");
    else if (auto* box = qobject_cast<QComboBox*>(r.editor))
        box->setCurrentIndex(box->findData(value));
    if (!qobject_cast<Field*>(r.editor)) {
        r.error->clear();
        r.error->hide();
    }
    show_default_mark(r);
}

void OptionFormBase::show_default_mark(Row& r)
{
    auto* reset = static_cast<ResetButton*>(r.reset);
    reset->set_active(r.visible && text(r.field.id) != r.field.default_text);
    reset->setVisible(r.visible);
    count_changed();
}

void OptionFormBase::count_changed()
{
    if (!more_) return;
    const auto changed_ids = std::ranges::count_if(more_ids_, [this](const std::string& id) {
        return row(id).visible && text(id) != row(id).field.default_text;
    });
    more_->set_summary(changed_ids > 0 ? QString("%1 changed").arg(changed_ids) : QString());
}

void OptionFormBase::enter(Row& r, const std::string& entry)
{
    if (entry == text(r.field.id)) return;
    set(r.field.id, entry);
    r.error->clear();
    r.error->hide();
    Q_EMIT changed();
    show_default_mark(r);
}

void OptionFormBase::mark_refused(std::string_view id, const QString& rule)
{
    Row& r = row(id);
    if (auto* line = qobject_cast<Field*>(r.editor)) {
        line->refuse(rule, QString::fromStdString(text(id)));
    } else {
        show_value(r);
        r.error->setText(rule);
        r.error->setVisible(r.visible);
    }
    show_default_mark(r);
}

}  // namespace syzygy
