#include "ui/panels/method_section.hpp"

#include "core/gradient/method_info.hpp"
#include "core/ode/methods.hpp"
#include "ui/base/text.hpp"
#include "ui/forms/note.hpp"

#include <QVBoxLayout>

namespace syzygy {

namespace {

template <class Section>
Note* add_rows(Section* section, std::initializer_list<QWidget*> rows)
{
    auto* column = new QVBoxLayout(section);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    for (QWidget* row : rows) column->addWidget(row);
    auto* error = new Note(Note::Tone::error, section);
    error->hide();
    column->addWidget(error);
    return error;
}

/// The help of an option that belongs to one method begins with its name: "mali: ...", "Adam: ...".
template <class Options>
bool belongs_to(const Option<Options>& option, std::string_view method)
{
    return option.help.starts_with(std::string(method) + ":");
}

/// The options that belong to one gradient method each.
std::vector<std::string_view> options_of_methods()
{
    std::vector<std::string_view> ids;
    for (const auto& option : gradient_options())
        for (const GradientMethodInfo& info : gradient_method_infos())
            if (belongs_to(option, info.id)) ids.push_back(option.id);
    return ids;
}

/// Sets the session's setup; where it is refused, marks the form's row or says it in `note`.
template <class Options>
void apply(Session& session, const FitSetup& setup, OptionForm<Options>& form, const Options& in_force, Note& note)
{
    const Options former = in_force;
    note.hide();
    try {
        session.set_setup(setup);
    } catch (const ArgumentError& error) {
        if (form.refuse(error, former)) return;
        note.setText(error.what());
        note.show();
    }
}

}  // namespace

SolverSection::SolverSection(Session& session, QWidget* parent) : QWidget(parent), session_(session)
{
    form_ = new OptionForm<SolverOptions>(
        solver_options(),
        {"panel/solver",
         {"method", "rtol", "atol", "step"},
         {"min-step", "max-step", "safety", "min-factor", "max-factor", "pi-beta", "max-evaluations"}},
        this);
    error_ = add_rows(this, {form_});
    connect(form_, &OptionFormBase::changed, this, &SolverSection::apply);
    connect(&session_, &Session::setup_changed, this, &SolverSection::show_setup);
    show_setup();
}

QString SolverSection::summary() const
{
    const SolverOptions& options = session_.setup().solver;
    const MethodInfo& method = find_method(options.method);
    return QString("%1, %2").arg(text_of(method.label), text_of(value_text(method.adaptive() ? options.rtol : options.step)));
}

void SolverSection::show_setup()
{
    error_->hide();
    if (session_.has_data()) form_->set_units(session_.data().observations->units);
    form_->set_options(session_.setup().solver);
}

void SolverSection::apply()
{
    FitSetup setup = session_.setup();
    setup.solver = form_->options();
    // A method without an error estimate needs a step: a thousand over the window, to begin with.
    const auto [begin, end] = session_.window();
    if (!find_method(setup.solver.method).adaptive() && setup.solver.step == 0) {
        const std::string text = fmt::format("{:.1g}", (end - begin) / 1000);
        read_value("step", text, setup.solver.step);
    }
    syzygy::apply(session_, setup, *form_, session_.setup().solver, *error_);
}

MinimiserSection::MinimiserSection(Session& session, QWidget* parent) : QWidget(parent), session_(session)
{
    optimizer_ = new OptionForm<OptimizerOptions>(
        optimizer_options(),
        {"panel/optimizer",
         {"optimizer", "iterations", "learning-rate", "learning-rate-decay", "history"},
         {}},
        this);
    details_ = new OptionForm<OptimizerOptions>(
        optimizer_options(),
        {"panel/optimizer", {}, {"loss-tolerance", "gradient-tolerance", "step-tolerance", "beta1", "beta2"}}, this);
    method_ = new OptionForm<FitOptions>(fit_options(), {"panel/fit", {"gradient"}, {}}, this);
    fit_ = new OptionForm<FitOptions>(fit_options(), {"panel/fit", {"robust", "robust-scale", "grow"}, {}}, this);
    gradient_ = new OptionForm<GradientOptions>(gradient_options(), {"panel/gradient", options_of_methods(), {}}, this);
    gradient_->setObjectName(QStringLiteral("options-of-gradient-method"));
    error_ = add_rows(this, {optimizer_, method_, gradient_, fit_, details_});
    connect(optimizer_, &OptionFormBase::changed, this, [this] { apply_optimizer(*optimizer_); });
    connect(details_, &OptionFormBase::changed, this, [this] { apply_optimizer(*details_); });
    for (OptionForm<FitOptions>* form : {method_, fit_})
        connect(form, &OptionFormBase::changed, this, [this, form] { apply_fit(*form); });
    connect(gradient_, &OptionFormBase::changed, this, &MinimiserSection::apply_gradient);
    connect(&session_, &Session::setup_changed, this, &MinimiserSection::show_setup);
    show_setup();
}

QString MinimiserSection::summary() const
{
    return text_of(find_optimizer(session_.setup().optimizer.optimizer).label);
}

void MinimiserSection::show_setup()
{
    error_->hide();
    optimizer_->set_options(session_.setup().optimizer);
    details_->set_options(session_.setup().optimizer);
    method_->set_options(session_.setup().fit);
    fit_->set_options(session_.setup().fit);
    gradient_->set_options(session_.setup().gradient);
    if (session_.has_data()) gradient_->set_units(session_.data().observations->units);
    show_rows_that_apply();
}

void MinimiserSection::show_rows_that_apply()
{
    const OptimizerInfo& chosen = find_optimizer(session_.setup().optimizer.optimizer);
    for (const auto& option : optimizer_options())
        for (const OptimizerInfo& info : optimizers())
            if (belongs_to(option, info.label))
                for (OptionFormBase* form : {optimizer_, details_})
                    if (form->editor(option.id)) form->set_row_visible(option.id, info.id == chosen.id);
    fit_->set_row_visible("robust-scale", session_.setup().fit.robust != "none");
    bool any = false;
    for (const auto& option : gradient_options()) {
        if (!gradient_->editor(option.id)) continue;
        const bool applies = chosen.uses_gradient && belongs_to(option, session_.setup().fit.gradient);
        gradient_->set_row_visible(option.id, applies);
        any = any || applies;
    }
    gradient_->setVisible(any);
}

void MinimiserSection::apply_optimizer(OptionForm<OptimizerOptions>& form)
{
    FitSetup setup = session_.setup();
    // A tolerance that was left at its default follows the optimiser, as it does on the command line.
    if (setup.solver.rtol == default_rtol(setup.optimizer.optimizer))
        setup.solver.rtol = default_rtol(form.options().optimizer);
    setup.optimizer = form.options();
    syzygy::apply(session_, setup, form, session_.setup().optimizer, *error_);
}

void MinimiserSection::apply_fit(OptionForm<FitOptions>& form)
{
    FitSetup setup = session_.setup();
    setup.fit = form.options();
    syzygy::apply(session_, setup, form, session_.setup().fit, *error_);
}

void MinimiserSection::apply_gradient()
{
    FitSetup setup = session_.setup();
    setup.gradient = gradient_->options();
    syzygy::apply(session_, setup, *gradient_, session_.setup().gradient, *error_);
}

}  // namespace syzygy
