#include "physics/compare/comparison.hpp"

#include "core/base/option_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace syzygy {

namespace {

/// A run that has numbers: it was not refused.
bool has_counts(const CompareRow& row)
{
    return row.refused.empty();
}
/// And a gradient.
bool has_result(const CompareRow& row)
{
    return row.refused.empty() && row.gradient.outcome.ok();
}

std::string number(double value, bool exact, int digits = 3)
{
    if (!std::isfinite(value)) return "";
    return exact ? value_text(value) : fmt::format("{:.{}g}", value, digits);
}
std::string number(const std::optional<double>& value, bool exact)
{
    return value ? number(*value, exact) : "";
}
std::string seconds(double value, bool exact)
{
    if (exact) return value_text(value);
    return value < 1 ? fmt::format("{:.3g} ms", 1e3 * value) : fmt::format("{:.3g} s", value);
}
/// "N L (m + 1) = 306"; the value alone where digits count.
std::string formula(std::string_view text, double value, bool exact)
{
    if (exact || text.empty()) return number(value, exact);
    return std::isfinite(value) ? fmt::format("{} = {:.6g}", text, value) : std::string(text);
}

const GradientMethodInfo& info_of(const CompareRow& row)
{
    return find_gradient_method(row.run.gradient);
}

/// A whole number of a run that was not refused.
template <class Get>
auto count(Get get)
{
    return [get](const CompareRow& row, bool) { return has_counts(row) ? fmt::format("{}", get(row)) : std::string(); };
}

std::string rtol_text(const CompareRow& row, bool)
{
    return fmt::format("{:g}", row.run.solver.rtol);
}

}  // namespace

std::span<const CompareColumn> compare_columns()
{
    using R = const CompareRow&;
    static const std::vector<CompareColumn> columns{
        {"gradient", "Gradient", "", "gradient method", true, [](R row, bool) { return row.run.gradient; }},
        {"method", "Solver", "", "solver method; own: the gradient method brings its step", true,
         [](R row, bool) { return std::string(method_name(row)); }},
        {"variant", "Variant", "", "gradient options, where several are compared", true,
         [](R row, bool) { return row.variant; }},
        {"rtol", "rtol", "", "relative tolerance of the forward solve", true, rtol_text},
        {"horizon", "Horizon", "time", "end of the interval", true,
         [](R row, bool exact) { return number(row.run.horizon, exact, 9); }},
        {"outcome", "Outcome", "", "how the run ended", true,
         [](R row, bool) { return std::string(row.refused.empty() ? to_string(row.gradient.outcome.status) : "refused"); }},
        {"loss", "Loss", "", "value of the loss", false,
         [](R row, bool exact) { return has_result(row) ? number(row.gradient.loss, exact, 9) : ""; }},
        {"relative_error", "Relative error", "", "of the gradient against the reference, norm over norm", true,
         [](R row, bool exact) { return number(row.relative_error, exact); }},
        {"parameter_error", "Parameter error", "", "the same of the parameters alone", false,
         [](R row, bool exact) { return number(row.parameter_error, exact); }},
        {"loss_error", "Loss error", "", "signed, as the run estimates it (--error-estimate)", true,
         [](R row, bool exact) { return row.gradient.error ? number(row.gradient.error->loss_error, exact) : ""; }},
        {"gradient_error", "Estimated error", "", "of the gradient, as the run estimates it (--error-estimate)", true,
         [](R row, bool exact) { return row.gradient.error ? number(row.gradient.error->gradient_error, exact) : ""; }},
        {"error_trusted", "Trusted", "", "whether those estimates passed their test on themselves", true,
         [](R row, bool) { return row.gradient.error ? row.gradient.error->trusted ? "yes" : "no" : ""; }},
        {"reverse_error", "Reverse error", "", "largest distance of the reverse trajectory from the forward one", true,
         [](R row, bool exact) { return number(row.gradient.reverse_error, exact); }},
        {"seconds", "Time", "s", "forward and backward, median of repeats", true,
         [](R row, bool exact) { return has_counts(row) ? seconds(row.seconds, exact) : ""; }},
        {"seconds_over_forward", "Over forward", "", "its time over that of a plain forward solve", true,
         [](R row, bool exact) { return has_result(row) ? number(row.seconds_over_forward, exact) : ""; }},
        {"forward_accepted", "Steps", "", "accepted steps of the forward solve: N", true,
         count([](R row) { return row.gradient.forward.accepted; })},
        {"forward_rejected", "Rejected", "", "rejected attempts of the forward solve", false,
         count([](R row) { return row.gradient.forward.rejected; })},
        {"backward_accepted", "Backward steps", "", "steps on the way back: N_r", false,
         count([](R row) { return row.gradient.backward.accepted; })},
        {"backward_rejected", "Backward rejected", "", "rejected attempts on the way back", false,
         count([](R row) { return row.gradient.backward.rejected; })},
        {"rhs_evaluations", "f", "", "evaluations of f, both ways", true,
         count([](R row) { return row.gradient.forward.rhs_evaluations + row.gradient.backward.rhs_evaluations; })},
        {"vjp_evaluations", "VJP", "", "vector-Jacobian products", true,
         count([](R row) { return row.gradient.forward.vjp_evaluations + row.gradient.backward.vjp_evaluations; })},
        {"jvp_evaluations", "JVP", "", "Jacobian-vector products, each of one tangent", false,
         count([](R row) { return row.gradient.forward.jvp_evaluations + row.gradient.backward.jvp_evaluations; })},
        {"checkpoint_bytes", "Checkpoints", "bytes", "kept from the forward pass for the backward one", true,
         count([](R row) { return row.gradient.checkpoint_bytes; })},
        {"tape_bytes_peak", "Tape", "bytes", "most that is held at once on the way back, beside the checkpoints", true,
         count([](R row) { return row.gradient.tape_bytes_peak; })},
        {"bytes", "Memory", "bytes", "most that is held at once, checkpoints and tape together", false,
         count([](R row) { return row.gradient.checkpoint_bytes + row.gradient.tape_bytes_peak; })},
        {"graph_depth", "Depth", "", "longest chain of evaluations that was differentiated", true,
         count([](R row) { return row.gradient.graph_depth; })},
        {"formula_computation", "Computation (paper)", "", "the papers' formula, with this run's N, N_r, m and s", false,
         [](R row, bool exact) { return has_result(row) ? formula(info_of(row).computation, row.formula_computation, exact) : ""; }},
        {"formula_memory", "Memory (paper)", "", "the papers' formula, with this run's N, N_r, m and s", false,
         [](R row, bool exact) { return has_result(row) ? formula(info_of(row).memory, row.formula_memory, exact) : ""; }},
        {"formula_depth", "Depth (paper)", "", "the papers' formula, with this run's N, N_r, m and s", false,
         [](R row, bool exact) { return has_result(row) ? formula(info_of(row).depth, row.formula_depth, exact) : ""; }},
        {"reason", "Reason", "", "why there is no result", false,
         [](R row, bool) { return row.refused.empty() ? row.gradient.outcome.reason : row.refused; }},
    };
    return columns;
}

const CompareColumn& find_compare_column(std::string_view id)
{
    std::string known;
    for (const CompareColumn& column : compare_columns()) {
        if (column.id == id) return column;
        known += (known.empty() ? "" : ", ") + std::string(column.id);
    }
    throw ArgumentError("columns", id, "must be one of " + known);
}

namespace {

std::string csv_cell(const std::string& text)
{
    if (text.find_first_of(",\"\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
    return quoted + '"';
}

/// What was asked for, rather than what came out.
bool says_what_ran(const CompareColumn& column)
{
    static constexpr std::array<std::string_view, 4> ids{"method", "rtol", "horizon", "outcome"};
    return std::find(ids.begin(), ids.end(), column.id) != ids.end();
}

std::string markdown_cell(std::string text)
{
    for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) text.insert(at, 1, '\\');
    return text;
}

}  // namespace

std::string compare_csv(const CompareResult& result)
{
    std::string text;
    for (const CompareColumn& column : compare_columns()) text += (text.empty() ? "" : ",") + std::string(column.id);
    text += '\n';
    for (const CompareRow& row : result.rows) {
        std::string line;
        for (const CompareColumn& column : compare_columns())
            line += (&column == compare_columns().data() ? "" : ",") + csv_cell(column.text(row, true));
        text += line + '\n';
    }
    return text;
}

std::string compare_markdown(const CompareResult& result, std::span<const std::string> ids)
{
    std::vector<const CompareColumn*> wanted;
    for (const std::string& id : ids) wanted.push_back(&find_compare_column(id));
    if (wanted.empty())
        for (const CompareColumn& column : compare_columns()) wanted.push_back(&column);

    std::string above = markdown_cell(result.subject), header = "|", rule = "|";
    std::vector<std::vector<std::string>> columns;
    for (const CompareColumn* column : wanted) {
        std::vector<std::string> cells;
        for (const CompareRow& row : result.rows) cells.push_back(markdown_cell(column->text(row, false)));
        const bool same = std::all_of(cells.begin(), cells.end(), [&](const auto& cell) { return cell == cells.front(); });
        if (same && (cells.empty() || cells.front().empty())) continue;
        if (same && cells.size() > 1 && says_what_ran(*column)) {
            above += fmt::format("; {}: {}", column->label, cells.front());
            continue;
        }
        const bool words = std::all_of(cells.begin(), cells.end(), [](const std::string& cell) {
            return cell.empty() || std::isalpha(static_cast<unsigned char>(cell.front()));
        });
        header += fmt::format(" {} |", column->label);
        rule += words ? "---|" : "--:|";
        columns.push_back(std::move(cells));
    }
    if (columns.empty()) return above + '\n';
    std::string text = above + "\n\n" + header + '\n' + rule + '\n';
    for (std::size_t row = 0; row < result.rows.size(); ++row) {
        text += '|';
        for (const auto& cells : columns) text += fmt::format(" {} |", cells[row]);
        text += '\n';
    }
    return text;
}

}  // namespace syzygy
