#pragma once

#include "physics/bodies/bodies.hpp"
#include "physics/observables/observable.hpp"

#include <Eigen/Core>

#include <cmath>
#include <span>
#include <stdexcept>
#include <vector>

namespace syzygy {

/// Robust losses rho(s) of a squared residual s, in units of sigma (Triggs et al. 2000, sec. 3).
enum class RobustLoss { none, huber, cauchy };

/// rho(s), its derivative, and the curvature of rho(r^2) / 2 along the residual r: rho' + 2 s rho''. `scale` is the
/// residual beyond which an observation loses weight.
template <class Scalar>
struct RobustValueOf {
    Scalar value, derivative, curvature;
};
using RobustValue = RobustValueOf<double>;
/// For numbers, and for duals (second derivatives; at Huber's corner, the second derivatives of the quadratic inside).
template <class Scalar>
RobustValueOf<Scalar> robust_value(RobustLoss loss, double scale, const Scalar& s)
{
    using std::log1p, std::sqrt;
    const double limit = scale * scale;
    switch (loss) {
    case RobustLoss::huber:
        if (s > limit) return {2 * scale * sqrt(s) - limit, scale / sqrt(s), Scalar(0)};
        break;
    case RobustLoss::cauchy:
        return {limit * log1p(s / limit), 1 / (1 + s / limit), (1 - s / limit) / ((1 + s / limit) * (1 + s / limit))};
    case RobustLoss::none: break;
    }
    return {s, Scalar(1), Scalar(1)};
}

/// The loss of docs/equations.md over K times:
///
///     L = (1/N) sum_k w_k sum_c rho(((predicted_c - observed_c) / sigma_c)^2)
///
/// Its components are the leading components of the state, 9 positions or 18 with the velocities; after 18 components come
/// channels: the observable of a body, read by an instrument that adds an offset. A table has a column for each time; a
/// missing component has weight 0 and observed value 0.
class TrajectoryLoss {
public:
    using Table = Eigen::MatrixXd;
    /// Leading numbers of a state: state_rows() of them when a loss is computed.
    using Observed = Eigen::Matrix<double, Eigen::Dynamic, 1, 0, 18, 1>;

    /// An observable of a body (0..2). The prediction is h(y) + offset; the offsets are parameters.
    struct Channel {
        const Observable* observable;
        int body;
    };
    static constexpr int most_channels = 64;
    /// A number for each component.
    using Components = Eigen::Matrix<double, Eigen::Dynamic, 1, 0, 18 + most_channels, 1>;
    /// One offset for each channel; empty: zeros.
    using Offsets = std::span<const double>;

    /// Rows of a table: if the number of components is odd, one more row, with weight 0, since vectors of even length are
    /// processed two numbers at a time.
    static constexpr int rows_of(int components) { return components + components % 2; }

    /// A loss without times.
    TrajectoryLoss() = default;
    /// `times` ascend; `observed` and `weights` (1/sigma^2, 0: missing) are components x K or rows x K, 0 in the rows of the
    /// reference body. With channels, both have 18 + channels rows. Time t has the weight decay^(t - times[0]).
    TrajectoryLoss(std::vector<double> times, Table observed, Table weights, double decay, int reference,
                   RobustLoss robust, double robust_scale, std::vector<Channel> channels = {});

    std::span<const double> times() const { return times_; }
    int components() const { return state_components_ + static_cast<int>(channels_.size()); }
    /// Number of components of the state: 9 or 18.
    int state_components() const { return state_components_; }
    /// The leading numbers of a state that the loss is computed from.
    int state_rows() const { return rows_of(state_components_); }
    bool has_velocities() const { return state_components_ > 9; }
    std::span<const Channel> channels() const { return channels_; }
    /// The channel of a component; null for a component of the state.
    const Channel* channel(int component) const
    {
        return component < 18 ? nullptr : &channels_[static_cast<std::size_t>(component - 18)];
    }
    const Table& observed() const { return observed_; }
    const Table& weights() const { return weights_; }
    double observed(int component, std::size_t k) const { return observed_(component, static_cast<Eigen::Index>(k)); }
    double weight(int component, std::size_t k) const { return weights_(component, static_cast<Eigen::Index>(k)); }
    double time_weight(std::size_t k) const { return time_weights_[k]; }
    int reference() const { return reference_; }  ///< the body that everything is relative to; -1: none
    RobustLoss robust() const { return robust_; }
    bool is_robust() const { return robust_ != RobustLoss::none; }
    double robust_scale() const { return robust_scale_; }
    /// Number of observed components.
    long count() const;

    /// The component of the reference body that a component of the state is relative to; -1: none.
    int reference_row(int component) const
    {
        return reference_ < 0 || component >= 18 ? -1 : 3 * reference_ + component % 3 + (component >= 9 ? 9 : 0);
    }
    /// All predicted components as they are compared: relative to the reference body if there is one. `y`: the leading
    /// state_rows() numbers of a state, or more.
    Components compared(const Observed& y, Offsets offsets = {}) const;
    /// Predicted minus observed, as compared; meaningless where nothing is observed.
    Components residual(std::size_t k, const Observed& y, Offsets offsets = {}) const;

    /// The term of time k at y, the leading rows of the state: state_rows(), or all 18. Also writes the cotangent of y and,
    /// if `offset_cotangents` is given, d term / d offset of each channel.
    template <class Scalar, int Rows>
    Scalar add(std::size_t k, const Eigen::Matrix<Scalar, Rows, 1>& y, Eigen::Matrix<Scalar, Rows, 1>& cotangent,
               Offsets offsets = {}, double* offset_cotangents = nullptr) const
    {
        if constexpr (Rows > rows_of(9)) {
            if (!channels_.empty()) return add_channels(k, y, cotangent, offsets, offset_cotangents);
            return has_velocities() ? add_all(k, y, cotangent) : add_leading(k, y, cotangent);
        } else {
            return add_all(k, y, cotangent);
        }
    }
    double add(std::size_t k, const Observed& y, Observed& cotangent, Offsets offsets = {},
               double* offset_cotangents = nullptr) const;
    /// The term without its cotangent.
    double term(std::size_t k, const Observed& y, Offsets offsets = {}) const;

    /// The loss of the times first .. last - 1; times count from the first of these.
    TrajectoryLoss range(std::size_t first, std::size_t last) const;
    /// The loss with only the observations at the times first .. last - 1. All times stay.
    TrajectoryLoss only(std::size_t first, std::size_t last) const;

private:
    /// The state's components relative to the reference body if there is one.
    template <class Vector>
    Vector relative(const Vector& y) const
    {
        Vector result = y;
        if (reference_ >= 0)
            for (int block = 0; block < state_components_ / 3; ++block)
                result.template segment<3>(3 * block) -= y.template segment<3>(reference_row(3 * block));
        return result;
    }
    template <class Scalar, int Rows>
    Scalar add_all(std::size_t k, const Eigen::Matrix<Scalar, Rows, 1>& y, Eigen::Matrix<Scalar, Rows, 1>& cotangent) const
    {
        static_assert(Rows == rows_of(9) || Rows == rows_of(18), "tables have 10 or 18 rows");
        const auto column = [k](const Table& table) {
            return Eigen::Map<const Eigen::Matrix<double, Rows, 1>, Eigen::Aligned16>(table.data() +
                                                                                      static_cast<std::ptrdiff_t>(k) * Rows);
        };
        if (reference_ < 0 && robust_ == RobustLoss::none) {
            // The common case, kept free of copies.
            cotangent = column(scaled_weights_).cwiseProduct(y - column(observed_));
            const Scalar loss = cotangent.dot(y - column(observed_));
            cotangent *= 2;
            return loss;
        }
        const Eigen::Matrix<Scalar, Rows, 1> left = relative(y) - column(observed_);
        Scalar loss(0);
        for (int c = 0; c < Rows; ++c) {
            const double weight = column(weights_)[c];
            const auto rho = robust_value(robust_, robust_scale_, Scalar(weight * left[c] * left[c]));
            loss += time_weights_[k] * rho.value;
            cotangent[c] = 2 * time_weights_[k] * rho.derivative * weight * left[c];
        }
        add_to_reference(cotangent);
        cotangent /= static_cast<double>(times_.size());
        return loss / static_cast<double>(times_.size());
    }
    /// Subtracts the cotangent of each body's position or velocity difference from the cotangent of the reference body.
    template <class Vector>
    void add_to_reference(Vector& cotangent) const
    {
        if (reference_ < 0) return;
        for (int block = 0; block < state_components_ / 3; ++block)
            if (block % 3 != reference_)
                cotangent.template segment<3>(reference_row(3 * block)) -= cotangent.template segment<3>(3 * block);
    }
    template <class Scalar>
    Scalar add_channels(std::size_t k, const ThreeBodyState<Scalar>& y, ThreeBodyState<Scalar>& cotangent, Offsets offsets,
                        double* offset_cotangents) const
    {
        if constexpr (!std::is_same_v<Scalar, double> && !std::is_same_v<Scalar, Observable::Tangent>) {
            throw std::logic_error("observables are computed in doubles, or with three tangents");
        } else {
            const auto column = static_cast<Eigen::Index>(k);
            const auto count = static_cast<double>(times_.size());
            Scalar loss(0);
            // d loss / d prediction of a component.
            const auto slope = [&](Eigen::Index c, const Scalar& left) {
                const double weight = weights_(c, column);
                const auto rho = robust_value(robust_, robust_scale_, Scalar(weight * left * left));
                loss += (time_weights_[k] / count) * rho.value;
                return Scalar((2 * time_weights_[k] / count * weight) * rho.derivative * left);
            };
            const ThreeBodyState<Scalar> predicted = relative(y);
            for (int c = 0; c < 18; ++c)
                cotangent[c] = weights_(c, column) == 0 ? Scalar(0) : slope(c, Scalar(predicted[c] - observed_(c, column)));
            add_to_reference(cotangent);
            ThreeBodyState<Scalar> derivative;
            for (std::size_t i = 0; i < channels_.size(); ++i) {
                const auto c = static_cast<Eigen::Index>(18 + i);
                if (offset_cotangents) offset_cotangents[i] = 0;
                if (weights_(c, column) == 0) continue;
                const Scalar h = channels_[i].observable->differentiate(y, channels_[i].body, derivative);
                const double offset = offsets.empty() ? 0 : offsets[i];
                const Scalar bar = slope(c, Scalar(h + (offset - observed_(c, column))));
                cotangent += bar * derivative;
                if constexpr (std::is_same_v<Scalar, double>)
                    if (offset_cotangents) offset_cotangents[i] = bar;
            }
            return loss;
        }
    }
    /// For a whole state of which positions alone are observed.
    template <class Scalar, int Rows>
    Scalar add_leading(std::size_t k, const Eigen::Matrix<Scalar, Rows, 1>& y, Eigen::Matrix<Scalar, Rows, 1>& cotangent) const
    {
        constexpr int seen = rows_of(9);
        Eigen::Matrix<Scalar, seen, 1> part;
        const Scalar loss = add_all(k, Eigen::Matrix<Scalar, seen, 1>(y.template head<seen>()), part);
        cotangent << part, Eigen::Matrix<Scalar, Rows - seen, 1>::Zero();
        return loss;
    }
    std::vector<double> times_;
    Table observed_, weights_;
    Table scaled_weights_;  ///< weights times time weights over K; only without channels
    std::vector<double> time_weights_;
    std::vector<Channel> channels_;
    int state_components_ = 0;
    double decay_ = 1;
    int reference_ = -1;
    RobustLoss robust_ = RobustLoss::none;
    double robust_scale_ = 1;
};

/// A TrajectoryLoss as gradient methods take it: with the number of components known at compile time. A loss of positions can
/// be taken with 18 components as well: its gradient is then zero along the velocities.
template <int Components>
class LeadingLoss {
public:
    static constexpr int components = Components;
    static constexpr int rows = TrajectoryLoss::rows_of(Components);
    using Observed = Eigen::Matrix<double, rows, 1>;

    /// `offsets`: the offsets of the loss's channels. `offset_cotangents`, if given, gets channels x K numbers: d term / d
    /// offset.
    explicit LeadingLoss(const TrajectoryLoss& loss, TrajectoryLoss::Offsets offsets = {}, double* offset_cotangents = nullptr)
        : loss_(&loss), offsets_(offsets), offset_cotangents_(offset_cotangents)
    {
        if (loss.state_components() > Components) throw std::logic_error("a loss with velocities needs 18 components");
    }

    std::span<const double> times() const { return loss_->times(); }
    template <class Scalar>
    Scalar add(std::size_t k, const Eigen::Matrix<Scalar, rows, 1>& y, Eigen::Matrix<Scalar, rows, 1>& cotangent) const
    {
        return loss_->add(k, y, cotangent, offsets_,
                          offset_cotangents_ ? offset_cotangents_ + k * loss_->channels().size() : nullptr);
    }

private:
    const TrajectoryLoss* loss_;
    TrajectoryLoss::Offsets offsets_;
    double* offset_cotangents_;
};

/// Calls use(LeadingLoss<9>) for positions alone, else use(LeadingLoss<18>).
template <class Use>
decltype(auto) with_leading_loss(const TrajectoryLoss& loss, TrajectoryLoss::Offsets offsets, Use&& use)
{
    return loss.has_velocities() ? use(LeadingLoss<18>(loss, offsets)) : use(LeadingLoss<9>(loss));
}

}  // namespace syzygy
