#include "physics/experiment/figure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace syzygy {

namespace {

using Range = std::pair<double, double>;
constexpr double panel_width = 320, panel_height = 260, left = 62, right = 14, top = 34, bottom = 46, legend_row = 22;

std::string escaped(const std::string& text)
{
    std::string result;
    for (const char c : text) {
        if (c == '<')
            result += "&lt;";
        else if (c == '>')
            result += "&gt;";
        else if (c == '&')
            result += "&amp;";
        else
            result += c;
    }
    return result;
}

/// 1, 2 or 5 times a power of ten, so that about `count` of them fit.
double tick_step(double span, int count)
{
    const double raw = span / count, power = std::pow(10, std::floor(std::log10(raw))), digit = raw / power;
    return power * (digit < 1.5 ? 1 : digit < 3.5 ? 2 : digit < 7.5 ? 5 : 10);
}

/// An axis: values to places between two ends on the page.
class Axis {
public:
    Axis(Range range, double from, double to, bool logarithmic)
        : logarithmic_(logarithmic), low_(scaled(range.first)), high_(scaled(range.second)), from_(from), to_(to)
    {
        if (!(high_ > low_)) {
            const double room = low_ == 0 ? 1 : 0.1 * std::abs(low_);
            low_ -= room;
            high_ += room;
        }
    }

    double place(double value) const { return from_ + (scaled(value) - low_) / (high_ - low_) * (to_ - from_); }
    double length_of_unit() const { return std::abs(to_ - from_) / (high_ - low_); }
    /// Widens the range about its middle until a unit is as long as asked for.
    void set_length_of_unit(double length)
    {
        const double middle = 0.5 * (low_ + high_), half = 0.5 * std::abs(to_ - from_) / length;
        low_ = middle - half;
        high_ = middle + half;
    }

    std::vector<std::pair<double, std::string>> ticks() const
    {
        std::vector<std::pair<double, std::string>> result;
        const double step = logarithmic_ ? std::max(1.0, std::ceil((high_ - low_) / 6)) : tick_step(high_ - low_, 5);
        for (double at = std::ceil(low_ / step) * step; at <= high_ + 1e-9 * step; at += step) {
            const double value = std::abs(at) < 1e-9 * step ? 0 : at;
            result.emplace_back(from_ + (at - low_) / (high_ - low_) * (to_ - from_),
                                logarithmic_ ? fmt::format("1e{:.0f}", value) : fmt::format("{:.4g}", value));
        }
        return result;
    }

private:
    double scaled(double value) const { return logarithmic_ ? std::log10(value) : value; }

    bool logarithmic_;
    double low_, high_, from_, to_;
};

Range range_of(const FigurePanel& panel, bool vertical)
{
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (const FigureLine& line : panel.lines)
        for (const double value : vertical ? line.y : line.x) {
            if (!std::isfinite(value) || (vertical && panel.logarithmic && !(value > 0))) continue;
            low = std::min(low, value);
            high = std::max(high, value);
        }
    if (!(high >= low)) return {0.1, 1};
    if (vertical && panel.logarithmic) return {low, high};
    const double room = 0.04 * (high - low);
    return {low - room, high + room};
}

std::string axes(const Axis& x, const Axis& y, const FigurePanel& panel, double x0, double y0)
{
    const double x1 = x0 + left, x2 = x0 + panel_width - right, y1 = y0 + top, y2 = y0 + panel_height - bottom;
    std::string svg;
    for (const auto& [at, text] : x.ticks())
        svg += fmt::format("<path d=\"M{0:.1f} {1:.1f}V{2:.1f}\" stroke=\"#e4e7ec\"/><text x=\"{0:.1f}\" y=\"{3:.1f}\" "
                           "text-anchor=\"middle\">{4}</text>\n",
                           at, y1, y2, y2 + 15, text);
    for (const auto& [at, text] : y.ticks())
        svg += fmt::format("<path d=\"M{0:.1f} {1:.1f}H{2:.1f}\" stroke=\"#e4e7ec\"/><text x=\"{3:.1f}\" y=\"{4:.1f}\" "
                           "text-anchor=\"end\">{5}</text>\n",
                           x1, at, x2, x1 - 6, at + 4, text);
    svg += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"none\" stroke=\"#8a919e\"/>\n", x1,
                       y1, x2 - x1, y2 - y1);
    svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\" font-size=\"13\">{}</text>\n", (x1 + x2) / 2, y1 - 10,
                       escaped(panel.title));
    svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n", (x1 + x2) / 2, y2 + 33,
                       escaped(panel.x_label));
    svg += fmt::format("<text transform=\"translate({:.1f} {:.1f}) rotate(-90)\" text-anchor=\"middle\">{}</text>\n", x0 + 14,
                       (y1 + y2) / 2, escaped(panel.y_label));
    return svg;
}

std::string style_of(const FigureLine& line)
{
    return fmt::format("fill=\"none\" stroke=\"{}\" stroke-width=\"{:.1f}\"{}", line.colour, line.width,
                       line.style == FigureLine::Style::dashed ? " stroke-dasharray=\"5 3\"" : "");
}

/// Values far off the page are held near it: some readers of SVG go wrong on large numbers.
double held(double place)
{
    return std::clamp(place, -1e5, 1e5);
}

std::string drawn(const FigureLine& line, const Axis& x, const Axis& y, bool logarithmic)
{
    std::string path, marks;
    bool pen = false;
    for (std::size_t i = 0; i < line.x.size(); ++i) {
        if (!std::isfinite(line.x[i]) || !std::isfinite(line.y[i]) || (logarithmic && !(line.y[i] > 0))) {
            pen = false;
            continue;
        }
        const double at = held(x.place(line.x[i])), height = held(y.place(line.y[i]));
        if (line.style == FigureLine::Style::marks)
            marks += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2.6\" fill=\"{}\"/>\n", at, height, line.colour);
        else
            path += fmt::format("{}{:.1f} {:.1f}", pen ? "L" : "M", at, height);
        pen = true;
    }
    return path.empty() ? marks : fmt::format("<path d=\"{}\" {}/>\n", path, style_of(line));
}

std::string drawn(const FigurePanel& panel, double x0, double y0, int number)
{
    const double x1 = x0 + left, x2 = x0 + panel_width - right, y1 = y0 + top, y2 = y0 + panel_height - bottom;
    Axis x(panel.x_range.value_or(range_of(panel, false)), x1, x2, false);
    Axis y(panel.y_range.value_or(range_of(panel, true)), y2, y1, panel.logarithmic);
    if (panel.equal_scales) {
        const double unit = std::min(x.length_of_unit(), y.length_of_unit());
        x.set_length_of_unit(unit);
        y.set_length_of_unit(unit);
    }
    std::string svg;
    if (panel.shaded) {
        const double from = std::clamp(x.place(panel.shaded->first), x1, x2), to = std::clamp(x.place(panel.shaded->second), x1, x2);
        svg += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"#eef2f7\"/>\n", from, y1, to - from,
                           y2 - y1);
    }
    svg += axes(x, y, panel, x0, y0);
    svg += fmt::format("<clipPath id=\"panel{}\"><rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/></clipPath>\n<g "
                       "clip-path=\"url(#panel{})\">\n",
                       number, x1, y1, x2 - x1, y2 - y1, number);
    for (const FigureLine& line : panel.lines) svg += drawn(line, x, y, panel.logarithmic);
    return svg + "</g>\n";
}

/// One entry a label, in rows as wide as the page.
std::string legend(const std::vector<FigurePanel>& panels, double width, double& y)
{
    std::vector<std::string> seen;
    std::string svg;
    double x = left;
    const auto place = [&](const std::string& label) {
        const double needed = 34 + 6.4 * static_cast<double>(label.size()) + 18;
        if (x > left && x + needed > width) {
            x = left;
            y += legend_row;
        }
        const double at = x;
        x += needed;
        svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n", at + 34, y + 4, escaped(label));
        return at;
    };
    const auto is_new = [&](const std::string& label) {
        if (label.empty() || std::find(seen.begin(), seen.end(), label) != seen.end()) return false;
        seen.push_back(label);
        return true;
    };
    for (const FigurePanel& panel : panels) {
        for (const FigureLine& line : panel.lines) {
            if (!is_new(line.label)) continue;
            const double at = place(line.label);
            svg += line.style == FigureLine::Style::marks
                       ? fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2.6\" fill=\"{}\"/>\n", at + 14, y, line.colour)
                       : fmt::format("<path d=\"M{:.1f} {:.1f}h28\" {}/>\n", at, y, style_of(line));
        }
        if (panel.shaded && is_new(panel.shaded_label)) {
            const double at = place(panel.shaded_label);
            svg += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"28\" height=\"12\" fill=\"#eef2f7\" stroke=\"#c8ccd4\"/>\n", at,
                               y - 6);
        }
    }
    y += legend_row;
    return svg;
}

}  // namespace

std::string figure_svg(const std::string& title, const std::vector<FigurePanel>& panels, int columns)
{
    const auto count = static_cast<int>(panels.size());
    columns = std::clamp(columns, 1, std::max(1, count));
    const double width = columns * panel_width;
    std::string body;
    for (int i = 0; i < count; ++i)
        body += drawn(panels[static_cast<std::size_t>(i)], i % columns * panel_width, i / columns * panel_height, i);
    double height = (count + columns - 1) / columns * panel_height + 10;
    body += legend(panels, width, height);
    return fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" viewBox=\"0 0 {0:.0f} {1:.0f}\" "
                       "font-family=\"sans-serif\" font-size=\"11\" fill=\"#20242c\">\n<title>{2}</title>\n<rect width=\"100%\" "
                       "height=\"100%\" fill=\"#ffffff\"/>\n{3}</svg>\n",
                       width, height, escaped(title), body);
}

}  // namespace syzygy
