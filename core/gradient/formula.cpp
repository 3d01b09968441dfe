#include "core/gradient/formula.hpp"

#include <cctype>
#include <limits>
#include <optional>
#include <utility>

namespace syzygy {

namespace {

/// Recursive descent: sum = product {"+" product}; product = factor {factor}; factor = number | name | "(" sum ")".
class FormulaReader {
public:
    FormulaReader(std::string_view text, const FormulaCounts& counts) : text_(text), counts_(counts) {}

    std::optional<double> whole()
    {
        const auto value = sum();
        skip_blanks();
        return text_.empty() ? value : std::nullopt;
    }

private:
    std::optional<double> sum()
    {
        auto value = product();
        while (value && take('+')) {
            const auto term = product();
            value = term ? std::optional(*value + *term) : std::nullopt;
        }
        return value;
    }

    std::optional<double> product()
    {
        auto value = factor();
        while (value && starts_factor()) {
            const auto next = factor();
            value = next ? std::optional(*value * *next) : std::nullopt;
        }
        return value;
    }

    std::optional<double> factor()
    {
        if (take('(')) {
            const auto value = sum();
            return take(')') ? value : std::nullopt;
        }
        skip_blanks();
        if (!text_.empty() && is_digit(text_.front())) {
            double number = 0;
            for (; !text_.empty() && is_digit(text_.front()); text_.remove_prefix(1)) number = 10 * number + (text_.front() - '0');
            return number;
        }
        const std::pair<std::string_view, double> names[] = {{"N_r", counts_.backward_steps}, {"N", counts_.steps},
                                                             {"m", counts_.attempts},         {"s", counts_.stages},
                                                             {"L", 1}};
        for (const auto& [name, value] : names) {
            if (!text_.starts_with(name)) continue;
            text_.remove_prefix(name.size());
            return value;
        }
        return std::nullopt;
    }

    bool starts_factor()
    {
        skip_blanks();
        return !text_.empty() && text_.front() != '+' && text_.front() != ')';
    }
    bool take(char c)
    {
        skip_blanks();
        if (!text_.starts_with(c)) return false;
        text_.remove_prefix(1);
        return true;
    }
    void skip_blanks()
    {
        while (text_.starts_with(' ')) text_.remove_prefix(1);
    }
    static bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

    std::string_view text_;
    const FormulaCounts& counts_;
};

}  // namespace

double evaluate_formula(std::string_view formula, const FormulaCounts& counts)
{
    return FormulaReader(formula, counts).whole().value_or(std::numeric_limits<double>::quiet_NaN());
}

}  // namespace syzygy
