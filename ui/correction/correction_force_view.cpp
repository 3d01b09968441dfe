#include "ui/correction/correction_views.hpp"

#include "core/base/not_finite.hpp"
#include "physics/model/encounters.hpp"
#include "ui/base/decimation.hpp"
#include "ui/session/unit_symbols.hpp"
#include "ui/views/number_text.hpp"
#include "ui/views/plot_view.hpp"

#include <QToolButton>

#include <fmt/format.h>

#include <cmath>

namespace syzygy {
namespace {

/// How strongly the correction pulls each pair together, over their distance: a curve where it has a law between two bodies,
/// points along the orbit else. Where the orbit in the window has no such distance, the curve is dashed: nothing that was
/// observed holds it there.
class CorrectionForceView : public PlotView {
public:
    CorrectionForceView(const ViewContext& context, QWidget* parent)
        : PlotView(context, parent, &SharedRange::find(context, QStringLiteral("distance")))
    {
        rect_ = add_rect();
        add_painted(
            QStringLiteral("background"), [this](QCPPainter& painter) { draw_sampled(painter); }, rect_);
        for (std::size_t pair = 0; pair < 3; ++pair) {
            truth_[pair] = add_graph(rect_, QCPGraph::lsLine);
            true_points_[pair] = add_graph(rect_, QCPGraph::lsNone);
            points_[pair] = add_graph(rect_, QCPGraph::lsNone);
            outside_[pair] = add_graph(rect_, QCPGraph::lsLine);
            inside_[pair] = add_graph(rect_, QCPGraph::lsLine);
        }
        add_painted(
            QStringLiteral("cursor"), [this](QCPPainter& painter) { draw_now(painter); }, rect_);
        absolute_ = add_toggle(tr("absolute"), tr("Draw accelerations over the partner's mass, not as a part of Newton's"));
        connect(context.session, &Session::picture_changed, this, [this] { changed(); });
        connect(context.timeline, &Timeline::time_changed, this, [this] { cursor_moved(); });
    }

    bool empty() const override { return !force() && !truth(); }

    std::function<std::string()> table() const override
    {
        if (empty()) return {};
        return [picture = session().picture()] { return table_of(*picture); };
    }

protected:
    void take_colours() override
    {
        const Theme& t = theme();
        for (std::size_t pair = 0; pair < 3; ++pair) {
            inside_[pair]->setPen(QPen(t.pairs[pair], 2));
            outside_[pair]->setPen(QPen(t.pairs[pair], 1.4, Qt::DashLine));
            truth_[pair]->setPen(QPen(t.text, 1.1));
            points_[pair]->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, faded(t.pairs[pair], 0.55), 3.2));
            true_points_[pair]->setScatterStyle(
                QCPScatterStyle(QCPScatterStyle::ssCircle, QPen(faded(t.text, 0.45), 0.9), Qt::NoBrush, 4));
        }
    }

    void fill() override
    {
        const CorrectionForce* const model = force();
        const CorrectionForce* const known = truth();
        double lowest = 0, highest = 0;
        const auto hold = [&](double value) {
            if (!std::isfinite(value)) return;
            lowest = std::min(lowest, value);
            highest = std::max(highest, value);
        };
        for (std::size_t pair = 0; pair < 3; ++pair) {
            PlotPoints inside, outside, sampled, true_law, true_sampled;
            if (model) {
                // What the data reach is seen whole; beyond, a curve may leave the picture.
                const auto [least, largest] = observed_range(pair);
                const auto add = [&](double r, double value) {
                    const bool within = r >= least && r <= largest;
                    inside.add(r, within ? value : nan);
                    // The dashed part begins where the other ends.
                    outside.add(r, within && r != least && r != largest ? nan : value);
                    if (within) hold(value);
                };
                for (std::size_t k = 0; k < model->law_distance.size(); ++k) {
                    const double r = model->law_distance[k];
                    for (const double end : {least, largest})
                        if (k > 0 && model->law_distance[k - 1] < end && end < r) add(end, shown(end, law_at(*model, pair, end)));
                    add(r, shown(r, model->law[pair][k]));
                }
                if (!model->has_law()) add_samples(model->pairs[pair], sampled, hold);
            }
            if (known) {
                const auto [least, largest] = observed_range();
                for (std::size_t k = 0; k < known->law_distance.size(); ++k) {
                    const double value = shown(known->law_distance[k], known->law[pair][k] + replaced(known->law_distance[k]));
                    true_law.add(known->law_distance[k], value);
                    if (known->law_distance[k] >= least && known->law_distance[k] <= largest) hold(value);
                }
                if (!known->has_law()) add_samples(known->pairs[pair], true_sampled, hold, true);
            }
            set_points(inside_[pair], inside);
            set_points(outside_[pair], outside);
            set_points(points_[pair], sampled);
            set_points(truth_[pair], true_law);
            set_points(true_points_[pair], true_sampled);
        }
        fit_vertical(vertical(rect_), lowest, highest);
        if (absolute_->isChecked()) {
            const UnitSymbols units = symbols();
            std::string unit;
            if (!units.velocity.empty() && !units.time.empty() && !units.mass.empty())
                unit = fmt::format("({})/({})/({})", units.velocity, units.time, units.mass);
            set_vertical_title(vertical(rect_), {axis_title(tr("attraction per mass"), unit), axis_title(tr("attraction"), ""),
                                                 QStringLiteral("a")});
        } else {
            set_vertical_title(vertical(rect_),
                               {tr("attraction / Newton's"), tr("part of Newton"), QStringLiteral("a / a_N")});
        }
    }

    std::vector<HeadlineEntry> headline() const override
    {
        using Mark = HeadlineEntry::Mark;
        const CorrectionForce* const model = force();
        const auto& bodies = session().picture()->observations->bodies;
        std::vector<HeadlineEntry> entries;
        for (std::size_t pair = 0; pair < 3; ++pair) {
            const auto [i, j] = body_pairs[pair];
            entries.push_back({theme().pairs[pair], model && model->has_law() ? Mark::line : Mark::disc,
                               QString::fromStdString(bodies[static_cast<std::size_t>(i)]) + QStringLiteral(" – ") +
                                   QString::fromStdString(bodies[static_cast<std::size_t>(j)]),
                               {},
                               QStringLiteral("%1–%2").arg(i + 1).arg(j + 1)});
        }
        if (model) entries.push_back({faded(theme().accent, 0.28), Mark::band, tr("where data exist"), {}, tr("data"), true});
        if (model && model->has_law())
            entries.push_back({theme().muted, Mark::dashed, tr("extrapolated"), {}, tr("beyond")});
        if (const CorrectionForce* const known = truth())
            entries.push_back({theme().text, known->has_law() ? Mark::line : Mark::disc,
                               stands_for_newton() ? tr("truth with Newton's") : tr("truth"), {}, tr("truth")});
        return entries;
    }

    PlotHint hint() const override { return {tr("Force of the correction over distance"), why_no_correction(session())}; }

    QCPRange whole() const override
    {
        const CorrectionForce* const any = force() ? force() : truth();
        if (!any) return {0, 1};
        const auto [least, largest] = observed_range();
        if (!(largest >= least)) return {0, 1};
        const double pad = 0.08 * (largest - least) + 0.02 * largest;
        // A law is shown a little beyond what holds it.
        return any->has_law() ? QCPRange(any->law_distance.front(), any->law_distance.back())
                              : QCPRange(std::max(0.0, least - pad), largest + pad);
    }

    std::pair<QString, std::string> horizontal_title() const override { return {tr("distance"), symbols().length}; }

private:
    UnitSymbols symbols() const { return unit_symbols(session().picture()->observations->units); }

    const CorrectionForce* force() const
    {
        const auto picture = session().picture();
        if (!picture || !picture->solution->correction) return nullptr;
        const CorrectionForce& found = picture->solution->correction->force;
        return found.pairs[0].distance.empty() ? nullptr : &found;
    }
    const CorrectionForce* truth() const
    {
        const auto picture = session().picture();
        return picture ? picture->true_force.get() : nullptr;
    }

    bool stands_for_newton() const
    {
        const auto& correction = session().picture()->solution->options.correction;
        return correction && correction->replaces_newton();
    }
    /// What the truth is shown with besides: Newton's own attraction, where the model's correction stands in its place.
    double replaced(double r) const
    {
        return stands_for_newton() ? session().picture()->observations->units.k1() / (r * r) : 0;
    }

    /// Least and largest distance of a pair that was observed in the window.
    std::pair<double, double> observed_range(std::size_t pair) const
    {
        const auto picture = session().picture();
        if (measured_ != picture) {
            observed_ = observed_distances(*picture->solution->data);
            measured_ = picture;
        }
        if (observed_[pair].second >= observed_[pair].first) return observed_[pair];
        // Seen one body at a time: where the model has them.
        const CorrectionForce* const any = force() ? force() : truth();
        return any ? any->range(static_cast<int>(pair)) : observed_[pair];
    }
    /// Of any pair.
    std::pair<double, double> observed_range() const
    {
        std::pair<double, double> all = observed_range(0);
        for (std::size_t pair = 1; pair < 3; ++pair)
            all = {std::min(all.first, observed_range(pair).first), std::max(all.second, observed_range(pair).second)};
        return all;
    }

    static std::array<std::pair<double, double>, 3> observed_distances(const PreparedData& data)
    {
        constexpr double infinite = std::numeric_limits<double>::infinity();
        std::array<std::pair<double, double>, 3> ranges;
        ranges.fill({infinite, -infinite});
        const TrajectoryLoss& loss = data.loss;
        for (Eigen::Index k = 0; k < loss.observed().cols(); ++k)
            for (std::size_t pair = 0; pair < 3; ++pair) {
                const auto [i, j] = body_pairs[pair];
                Eigen::Vector3d d = Eigen::Vector3d::Zero();
                bool known = true;
                for (const auto& [body, sign] : {std::pair{i, -1.0}, std::pair{j, 1.0}}) {
                    // The body that positions are relative to stands at 0.
                    if (body == loss.reference()) continue;
                    known = known && (loss.weights().col(k).segment<3>(3 * body).array() > 0).all();
                    d += sign * loss.observed().col(k).segment<3>(3 * body);
                }
                const double r = d.norm();
                if (known && std::isfinite(r))
                    ranges[pair] = {std::min(ranges[pair].first, r), std::max(ranges[pair].second, r)};
            }
        return ranges;
    }

    /// Linear between the samples of the law; r lies among them.
    static double law_at(const CorrectionForce& force, std::size_t pair, double r)
    {
        const auto& at = force.law_distance;
        const auto after = std::upper_bound(at.begin(), at.end(), r);
        const auto k = static_cast<std::size_t>(after - at.begin());
        if (k == 0 || k == at.size()) return nan;
        const double part = (r - at[k - 1]) / (at[k] - at[k - 1]);
        return force.law[pair][k - 1] + part * (force.law[pair][k] - force.law[pair][k - 1]);
    }

    /// As a part of Newton's K1/r^2, or as it is.
    double shown(double r, double attraction) const
    {
        return absolute_->isChecked() ? attraction : attraction * r * r / session().picture()->observations->units.k1();
    }

    template <class Hold>
    void add_samples(const CorrectionForce::Samples& samples, PlotPoints& points, Hold&& hold, bool of_truth = false) const
    {
        for (std::size_t k = 0; k < samples.distance.size(); ++k) {
            const double r = samples.distance[k], value = shown(r, samples.attraction[k] + (of_truth ? replaced(r) : 0));
            points.add(samples.distance[k], value);
            hold(value);
        }
    }

    /// A band where any pair has been, and a strip of each pair's own.
    void draw_sampled(QCPPainter& painter)
    {
        const CorrectionForce* const any = force() ? force() : truth();
        if (!any) return;
        const auto span = [this](std::pair<double, double> range) {
            const double left = std::max<double>(horizontal(rect_)->coordToPixel(range.first), rect_->left());
            const double right = std::min<double>(horizontal(rect_)->coordToPixel(range.second), rect_->right() + 1);
            return std::pair{left, right};
        };
        const auto [left, right] = span(observed_range());
        if (right > left)
            painter.fillRect(QRectF(left, rect_->top(), right - left, rect_->height()), faded(theme().accent, 0.1));
        constexpr double strip = 3;
        for (std::size_t pair = 0; pair < 3; ++pair) {
            const auto [from, to] = span(observed_range(pair));
            const double top = rect_->bottom() + 1 - strip * static_cast<double>(3 - pair);
            if (to > from) painter.fillRect(QRectF(from, top, to - from, strip - 1), faded(theme().pairs[pair], 0.8));
        }
        const double zero = vertical(rect_)->coordToPixel(0);
        painter.setPen(QPen(theme().axis, 1));
        painter.drawLine(QLineF(rect_->left(), zero, rect_->right(), zero));
    }

    /// Where each pair is at the cursor's time.
    void draw_now(QCPPainter& painter)
    {
        const CorrectionForce* const model = force();
        if (!model || !model->has_law()) return;
        const State state = session().picture()->solution->at(timeline().time());
        for (std::size_t pair = 0; pair < 3; ++pair) {
            const auto [i, j] = body_pairs[pair];
            const double r = (state.segment<3>(3 * j) - state.segment<3>(3 * i)).norm();
            const double value = law_at(*model, pair, r);
            if (!std::isfinite(value)) continue;
            const QPointF at(horizontal(rect_)->coordToPixel(r), vertical(rect_)->coordToPixel(shown(r, value)));
            painter.setPen(QPen(theme().cursor, 1.5));
            painter.setBrush(theme().pairs[pair]);
            painter.drawEllipse(at, 4, 4);
        }
    }

    static std::string table_of(const Picture& picture)
    {
        const UnitSystem& units = picture.observations->units;
        const auto& bodies = picture.observations->bodies;
        const CorrectionForce* const model =
            picture.solution->correction ? &picture.solution->correction->force : nullptr;
        std::string text = fmt::format(
            "# force of the correction over distance, of {}\n# units: {}\n# bodies: {}, {}, {}\n"
            "# attraction: acceleration towards the partner over the partner's mass; Newton's is {} / r^2\n"
            "# curve: the law, without velocity along the line; sampled: along the orbit in the window\n"
            "of,pair,kind,distance,attraction\n",
            picture.observations->name, units.text(), bodies[0], bodies[1], bodies[2], units.k1());
        const auto add = [&text](std::string_view of, const CorrectionForce& force) {
            for (std::size_t pair = 0; pair < 3; ++pair) {
                const std::string name = fmt::format("{}-{}", body_pairs[pair].first + 1, body_pairs[pair].second + 1);
                for (std::size_t k = 0; k < force.law_distance.size(); ++k)
                    fmt::format_to(std::back_inserter(text), "{},{},curve,{},{}\n", of, name, force.law_distance[k],
                                   force.law[pair][k]);
                for (std::size_t k = 0; k < force.pairs[pair].distance.size(); ++k)
                    fmt::format_to(std::back_inserter(text), "{},{},sampled,{},{}\n", of, name, force.pairs[pair].distance[k],
                                   force.pairs[pair].attraction[k]);
            }
        };
        if (model) add("model", *model);
        if (picture.true_force) add("truth", *picture.true_force);
        return text;
    }

    QCPAxisRect* rect_;
    std::array<QCPGraph*, 3> inside_, outside_, points_, truth_, true_points_;
    QToolButton* absolute_;
    mutable std::shared_ptr<const Picture> measured_;  ///< that the distances below are of
    mutable std::array<std::pair<double, double>, 3> observed_;
};

}  // namespace

QString how_to_correct()
{
    return PlotView::tr("No correction: choose one in What to fit, below Correction.");
}

QString why_no_correction(const Session& session)
{
    if (!session.has_data() || session.setup().correction.correction == "none") return how_to_correct();
    return session.newest_picture_failed() ? session.failure() : PlotView::tr("The correction is being made.");
}

View* make_correction_force_view(const ViewContext& context, QWidget* parent)
{
    return new CorrectionForceView(context, parent);
}

}  // namespace syzygy
