#pragma once

#include "core/base/option.hpp"
#include "core/base/option_text.hpp"
#include "physics/units/units.hpp"

#include <QIcon>
#include <QString>
#include <QWidget>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

class QGridLayout;

namespace syzygy {

/// A value of a combo box.
struct FormChoice {
    std::string value;
    QString label, help;
};

/// Choices with the names that the tables of methods, gradient methods and optimisers have; others by their ids.
std::vector<FormChoice> form_choices(std::string_view option, std::span<const std::string_view> values);

/// One option as a form shows it, without the type of its struct.
struct FormField {
    enum class Kind { number, integer, flag, choice, text, numbers };
    std::string id;
    QString label, help;
    std::string unit;  ///< as the option has it: "time"
    Kind kind;
    double lowest, highest;
    std::vector<FormChoice> choices;
    std::string default_text;
};

/// Which options a form shows: `basic` always, `more` when opened; each in that order.
struct FormLayout {
    QString key;  ///< under which it is remembered whether `more` is open
    std::vector<std::string_view> basic, more;
    QString more_title = "More";
};

/// The part of a form that knows no struct: rows of label, editor, and a way back to the default.
class OptionFormBase : public QWidget {
    Q_OBJECT
public:
    ~OptionFormBase() override;

    void set_row_visible(std::string_view id, bool visible);
    /// Makes the row a combo box of these, or changes those it has.
    void set_choices(std::string_view id, std::vector<FormChoice> choices);
    /// A button within a row of text that asks for its entry: `choose` gives it, "" for none.
    void add_help(std::string_view id, const QIcon& icon, const QString& what, std::function<QString()> choose);
    /// Names of units that the options give by their dimension.
    void set_units(const UnitSystem& units);
    /// The rule that the row's entry breaks; "" where it is right.
    QString rule(std::string_view id) const;
    /// "Tolerances must be ...": the first entry that breaks its rule; "" where all are right.
    QString broken_rule() const;
    /// Field, QCheckBox or QComboBox.
    QWidget* editor(std::string_view id) const;
    /// The button of the row that leads back to the default; hidden where the value is that.
    QWidget* reset_button(std::string_view id) const;

Q_SIGNALS:
    /// The user has changed options().
    void changed();

protected:
    explicit OptionFormBase(QWidget* parent);
    void build(const FormLayout& layout, std::vector<FormField> fields);
    /// Shows the values of the struct.
    void show_values();
    /// An entry was refused after `changed`; the struct has its former value again.
    void mark_refused(std::string_view id, const QString& rule);

    virtual std::string text(std::string_view id) const = 0;
    /// Throws ArgumentError.
    virtual void check(std::string_view id, const std::string& text) const = 0;
    virtual void set(std::string_view id, const std::string& text) = 0;

private:
    struct Row;
    Row& row(std::string_view id) const;
    void add_row(QGridLayout& grid, FormField field);
    QWidget* make_editor(Row& row);
    void place_editor(Row& row);
    void show_value(Row& row);
    void show_default_mark(Row& row);
    void enter(Row& row, const std::string& text);
    void count_changed();

    std::vector<std::unique_ptr<Row>> rows_;
    std::vector<std::string> more_ids_;
    class Disclosure* more_ = nullptr;
    UnitSystem units_;
};

/// A form of an options struct, made from its list.
template <class Options>
class OptionForm : public OptionFormBase {
public:
    OptionForm(const OptionList<Options>& list, const FormLayout& layout, QWidget* parent = nullptr)
        : OptionFormBase(parent), list_(list)
    {
        std::vector<FormField> fields;
        for (const auto* ids : {&layout.basic, &layout.more})
            for (const std::string_view id : *ids) fields.push_back(field(option(id)));
        build(layout, std::move(fields));
    }

    const Options& options() const { return options_; }
    /// Sets the options and does not emit `changed`.
    void set_options(const Options& options)
    {
        options_ = options;
        show_values();
    }
    /// Call this after `changed` if the options could not be applied: shows `options` again, keeps the refused entry on
    /// screen and marks it. Returns false if no row has the option's name.
    bool refuse(const ArgumentError& error, const Options& options)
    {
        options_ = options;
        if (!editor(error.option())) return false;
        mark_refused(error.option(), QString::fromStdString(error.rule()));
        return true;
    }

private:
    const Option<Options>& option(std::string_view id) const
    {
        const auto found = std::ranges::find(list_, id, &Option<Options>::id);
        if (found == list_.end()) throw ArgumentError("option", id, "is in no list");
        return *found;
    }

    static FormField field(const Option<Options>& option)
    {
        const auto kind = [&](auto member) {
            using Value = std::remove_cvref_t<decltype(std::declval<Options>().*member)>;
            if constexpr (std::is_same_v<Value, double>) return FormField::Kind::number;
            if constexpr (std::is_same_v<Value, long>) return FormField::Kind::integer;
            if constexpr (std::is_same_v<Value, bool>) return FormField::Kind::flag;
            if constexpr (std::is_same_v<Value, std::vector<double>>) return FormField::Kind::numbers;
            // An interval is typed as a text.
            return option.choices.empty() ? FormField::Kind::text : FormField::Kind::choice;
        };
        const Options defaults{};
        return {std::string(option.id),
                QString::fromUtf8(option.label),
                QString::fromUtf8(option.help),
                std::string(option.unit),
                std::visit(kind, option.member),
                option.lowest,
                option.highest,
                form_choices(option.id, option.choices),
                std::visit([&](auto member) { return value_text(defaults.*member); }, option.member)};
    }

    std::string text(std::string_view id) const override
    {
        return std::visit([&](auto member) { return value_text(options_.*member); }, option(id).member);
    }
    Options with(std::string_view id, const std::string& text) const
    {
        Options options = options_;
        const Option<Options>& row = option(id);
        const auto read = [&](auto member) {
            // Nothing is the empty list.
            if constexpr (std::is_same_v<decltype(member), std::vector<double> Options::*>)
                if (text.empty()) {
                    (options.*member).clear();
                    return;
                }
            read_value(id, text, options.*member);
        };
        std::visit(read, row.member);
        validate(OptionList<Options>{row}, options);
        return options;
    }
    void check(std::string_view id, const std::string& text) const override { with(id, text); }
    void set(std::string_view id, const std::string& text) override { options_ = with(id, text); }

    const OptionList<Options>& list_;
    Options options_{};
};

}  // namespace syzygy
